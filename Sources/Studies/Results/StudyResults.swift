public import Diagnosis

/// All runs of a study and what they have in common.
public struct StudyResults: Codable, Equatable, Sendable {
  public var title: String
  /// The factors of a run unless its arm says otherwise. Its learning rate is the common one, at which
  /// methods are compared as papers do.
  public var common: Factors
  /// The arm that the others are compared with.
  public var baseline: String
  /// In the order of the study's arms, then by learning rate and seed.
  public var runs: [StudyRun]
  /// What the runs are judged by.
  public var measure: Measure
  /// K of the head shares and principal angles; nil if that is not known.
  public var topCount: Int?
  /// Whether of half of the matrices or more fewer directions were taken, because K is more than half of theirs.
  package var cutsTopCount = false
  /// The kernels that computed the runs, as far as that is known, ascending.
  package var kernels: [String] = []
  /// The starts that were probed for the rate at which they die, in the order of the study.
  package var probes: [StartProbe] = []

  public init(
    title: String, common: Factors, baseline: String, runs: [StudyRun],
    measure: Measure = .examination, topCount: Int? = nil
  ) {
    self.measure = measure
    self.topCount = topCount
    self.title = title
    self.common = common
    self.baseline = baseline
    self.runs = runs
  }

  /// The arms, in the order of the study.
  public var arms: [String] {
    var seen = Set<String>()
    return runs.map(\.arm).filter { seen.insert($0).inserted }
  }

  /// The arm that a name means: an arm, or a method, of which the arm with the most runs is taken. Nil for others.
  public func arm(named name: String) -> String? {
    if arms.contains(name) { return name }
    let counts = arms.filter { runs(ofArm: $0).first?.factors.adapter == name }
      .map { (arm: $0, count: runs(ofArm: $0).count) }
    return counts.first { $0.count == counts.map(\.count).max() }?.arm
  }

  /// The runs of an arm.
  /// - Parameters:
  ///   - arm: Its name.
  ///   - rate: Only those with this learning rate; nil for all.
  public func runs(ofArm arm: String, rate: Double? = nil) -> [StudyRun] {
    runs.filter { $0.arm == arm && (rate == nil || $0.factors.learningRate == rate) }
  }

  /// The runs that equal the common run except for an adapter and what a closure changes.
  ///
  /// All learning rates, unless the closure sets one: `runs("pissa") { $0.dropout = 0.05 }`.
  public func runs(_ adapter: String, _ change: (inout Factors) -> Void = { _ in }) -> [StudyRun] {
    var wanted = common.withoutRate
    wanted.adapter = adapter
    change(&wanted)
    return runs.filter { run in
      wanted.learningRate == nil
        ? run.factors.withoutRate == wanted : run.factors == wanted
    }
  }

  /// The learning rates of some runs, ascending.
  public static func rates(of runs: [StudyRun]) -> [Double] {
    Set(runs.compactMap(\.factors.learningRate)).sorted()
  }
}

extension [StudyRun] {
  /// The runs with a learning rate.
  public func at(rate: Double?) -> [StudyRun] { filter { $0.factors.learningRate == rate } }

  /// The final score of each seed; runs without seed or score are left out.
  public var scoresBySeed: [Int: Double] { bySeed(\.finalScore) }

  /// A number of each seed; runs without seed or number are left out.
  package func bySeed(_ number: (StudyRun) -> Double?) -> [Int: Double] {
    reduce(into: [:]) { found, run in
      if let seed = run.seed, let value = number(run) { found[seed] = value }
    }
  }

  public var finalScores: [Double] { compactMap(\.finalScore) }
  public var startScores: [Double] { compactMap(\.startScore) }

  /// A metric at the last step of each run.
  public func final(_ metric: String) -> [Double] { compactMap { $0.final(metric) } }
}
