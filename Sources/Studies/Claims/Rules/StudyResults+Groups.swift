import Foundation
import LinearAlgebra

extension StudyResults {
  /// The runs that equal the common run except for an adapter and a change, at all learning rates.
  ///
  /// A factor that a run does not state is taken to be the common one. If the rank is changed, the scale is
  /// free, because studies hold either α or α / r fixed. The batch of demonstrations is free, because they
  /// are not drawn in groups. An adapter without such runs (one that has no rank, for example) is found by
  /// the name of its arm.
  func curve(_ adapter: String, _ change: (inout Factors) -> Void = { _ in }) -> [StudyRun] {
    var wanted = common.withoutRate
    wanted.adapter = adapter
    let unchanged = wanted
    change(&wanted)
    let free = { (factors: inout Factors) in
      if factors.rank != common.rank { factors.scale = nil }
      if factors.objective == "sft" { factors.batch = nil }
    }
    free(&wanted)
    let found = runs.filter { run in
      var factors = completed(run.factors)
      free(&factors)
      return factors == wanted
    }
    return found.isEmpty && wanted == unchanged ? runs(ofArm: adapter) : found
  }

  /// The runs of ``curve(_:_:)`` at one learning rate.
  /// - Parameters:
  ///   - adapter: Key of the method or start.
  ///   - rate: The learning rate; nil gives no runs.
  ///   - words: What is changed, as written in a verdict.
  ///   - change: What is changed.
  func group(
    _ adapter: String, at rate: Double?, _ words: String = "",
    _ change: (inout Factors) -> Void = { _ in }
  ) -> SeedGroup {
    let name = words.isEmpty ? adapter : "\(adapter), \(words)"
    guard let rate else { return SeedGroup(name: name, runs: []) }
    return SeedGroup(name: "\(name) at \(rate)", runs: curve(adapter, change).at(rate: rate))
  }

  /// A group at the learning rate that the study compares methods at.
  func commonGroup(
    _ adapter: String, _ words: String = "", _ change: (inout Factors) -> Void = { _ in }
  ) -> SeedGroup {
    group(adapter, at: common.learningRate, words, change)
  }

  /// A group at its own best learning rate.
  func bestGroup(
    _ adapter: String, _ words: String = "", changing change: (inout Factors) -> Void = { _ in },
    where isWanted: (StudyRun) -> Bool = { _ in true }
  ) -> SeedGroup {
    let runs = curve(adapter, change).filter(isWanted)
    let name = words.isEmpty ? adapter : "\(adapter), \(words)"
    guard let rate = Self.bestRate(of: runs) else {
      return SeedGroup(name: "\(name) at any one rate", runs: [])
    }
    return SeedGroup(name: "\(name) at its best rate \(rate)", runs: runs.at(rate: rate))
  }

  /// The baseline at the common learning rate.
  var baselineGroup: SeedGroup {
    SeedGroup(
      name: "\(baseline) at \(common.learningRate.map { "\($0)" } ?? "a common rate")",
      runs: common.learningRate.map { runs(ofArm: baseline, rate: $0) } ?? [])
  }

  /// Whether the protocol trains anything: the baseline improves at the common learning rate.
  var baselineImproves: MarginTest { baselineGroup.gain(.above, margin: 0) }

  /// The learning rate with the highest mean score among those with enough seeds.
  static func bestRate(
    of runs: [StudyRun], by score: (StudyRun) -> Double? = { $0.finalScore }
  ) -> Double? {
    let means = rates(of: runs).compactMap { rate -> (rate: Double, mean: Double)? in
      let scores = runs.at(rate: rate).compactMap(score)
      guard scores.count >= MarginTest.fewestSeeds, let mean = SampleMoments.mean(of: scores)
      else { return nil }
      return (rate, mean)
    }
    return means.max { $0.mean < $1.mean }?.rate
  }

  /// The score of each seed at the rate with the highest mean over the other seeds.
  ///
  /// A rate chosen on the seed that it is judged on would profit from that seed's luck.
  static func scoresAtOthersBestRate(of runs: [StudyRun]) -> [Int: Double] {
    let rates = rates(of: runs)
    let scores = rates.map { runs.at(rate: $0).scoresBySeed }
    guard rates.count > 1 else { return [:] }
    return Set(runs.compactMap(\.seed)).reduce(into: [:]) { found, seed in
      let means = scores.map { table in
        SampleMoments.mean(of: table.filter { $0.key != seed }.map(\.value)) ?? -.infinity
      }
      let best = means.indices.max { means[$0] < means[$1] }
      if let best, means[best].isFinite { found[seed] = scores[best][seed] }
    }
  }

  /// The highest learning rate at which every curve has enough runs and most runs of each curve ended above
  /// their start and are not lost.
  /// - Parameters:
  ///   - curves: Runs at several learning rates.
  ///   - fewest: How many runs are enough.
  static func highestHealthyRate(
    of curves: [[StudyRun]], fewest: Int = MarginTest.fewestSeeds
  ) -> Double? {
    let shared = curves.map { Set(rates(of: $0)) }
    guard let first = shared.first else { return nil }
    return shared.reduce(first) { $0.intersection($1) }.sorted().last { rate in
      curves.allSatisfy { curve in
        let runs = curve.at(rate: rate)
        let improved = runs.count { ($0.gain ?? -1) > 0 && !$0.isLost }
        return runs.count >= fewest && 2 * improved > runs.count
      }
    }
  }

  private func completed(_ factors: Factors) -> Factors {
    var full = factors.withoutRate
    full.rank = full.rank ?? common.rank
    full.scale = full.scale ?? common.scale
    full.dropout = full.dropout ?? common.dropout
    full.samplesWithDropout = full.samplesWithDropout ?? common.samplesWithDropout
    full.forcesUnitRatio = full.forcesUnitRatio ?? common.forcesUnitRatio
    full.objective = full.objective ?? common.objective
    full.batch = full.batch ?? common.batch
    full.targets = full.targets ?? common.targets
    full.task = full.task ?? common.task
    full.steps = full.steps ?? common.steps
    full.switches = full.switches ?? common.switches
    return full
  }
}
