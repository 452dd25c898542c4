import Diagnosis

/// The arms of runs that were made anywhere: runs of one arm differ in learning rate and seed alone.
///
/// An arm is called after its method, and after those settings in which runs of the method differ: `lora, rank 16`.
/// Two runs of one arm at one rate are seeds of it only if their seeds are known and not the same. Otherwise the arm is
/// divided by how many steps its runs took, `pissa, 14 steps`, and those that are still alike are arms of their own, under
/// their own names.
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
    for arm in Set(alike(in: runs).map { runs[$0[0]].arm }) {
      let places = runs.indices.filter { runs[$0].arm == arm }
      guard Set(places.map { runs[$0].lastStep }).count > 1 else { continue }
      for place in places {
        if let step = runs[place].lastStep { runs[place].arm += ", \(step) steps" }
      }
    }
    for places in alike(in: runs) {
      for place in places { runs[place].arm += " (\(runs[place].name))" }
    }
    return runs
  }

  /// The runs of one arm at one rate that are no seeds of it, by their places.
  private static func alike(in runs: [StudyRun]) -> [[Int]] {
    let cells = Dictionary(grouping: runs.indices) { place in
      Cell(arm: runs[place].arm, rate: runs[place].factors.learningRate)
    }
    return cells.values.filter { places in
      Set(places.compactMap { runs[$0].seed }).count < places.count && places.count > 1
    }
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

extension StudyRun {
  /// The last step that was logged or measured.
  var lastStep: Int? {
    (curves.values.compactMap { $0.last?.step } + [steps.last?.step].compactMap(\.self)).max()
  }
}
