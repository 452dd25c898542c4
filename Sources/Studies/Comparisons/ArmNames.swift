import Diagnosis

/// The arms of runs that were made anywhere: runs of one arm differ in learning rate and seed alone.
///
/// An arm is called after its method, and after those settings in which runs of the method differ: `lora, rank 16`.
/// Two runs of one arm at one rate are seeds of it only if their seeds are known and not the same. Otherwise each is an
/// arm of its own, under its own name.
package enum ArmNames {
  /// The same runs with their arms.
  package static func assigned(to runs: [StudyRun]) -> [StudyRun] {
    var runs = runs
    for (method, places) in Dictionary(grouping: runs.indices, by: { runs[$0].factors.adapter }) {
      let varied = settings.filter { setting in
        Set(places.map { setting(runs[$0].factors) ?? "" }).count > 1
      }
      for place in places {
        runs[place].arm = ([method] + varied.compactMap { $0(runs[place].factors) })
          .joined(separator: ", ")
      }
    }
    let cells = Dictionary(grouping: runs.indices) { place in
      Cell(arm: runs[place].arm, rate: runs[place].factors.learningRate)
    }
    for places in cells.values where places.count > 1 {
      let seeds = Set(places.compactMap { runs[$0].seed })
      if seeds.count == places.count { continue }
      for place in places { runs[place].arm += " (\(runs[place].name))" }
    }
    return runs
  }

  private struct Cell: Hashable {
    let arm: String
    let rate: Double?
  }

  /// What can tell two arms of one method apart, in words; nil where it is unknown.
  private static let settings: [@Sendable (Factors) -> String?] = [
    { $0.objective }, { $0.rank.map { "rank \($0)" } },
    { $0.scale.map { "scale \(Words.number($0))" } },
    { $0.dropout.map { "dropout \(Words.number($0))" } },
    { $0.targets.map { "on \($0.isEmpty ? "all" : $0.joined(separator: " "))" } },
  ]
}
