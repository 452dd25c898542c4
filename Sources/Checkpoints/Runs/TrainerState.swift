import Documents

/// The `trainer_state.json` of the Transformers Trainer: the step that a run has reached, and what it logged.
public struct TrainerState: Sendable, Equatable {
  static let fileName = "trainer_state.json"

  public let globalStep: Int
  /// One row for each step, ascending; if a step has several rows, later values replace earlier ones.
  public let history: [HistoryRow]

  /// Reads the file at this path. Logged rows without a step, and values that are not numbers, are
  /// left out.
  /// - Throws: ``CheckpointError/notFound(path:)``, ``CheckpointError/isFolder(path:)``,
  ///   ``CheckpointError/unreadable(path:reason:)``,
  ///   ``CheckpointError/changedWhileReading(file:)``;
  ///   ``CheckpointError/invalidJSON(file:offset:fault:)``;
  ///   ``CheckpointError/unexpectedValue(file:key:expected:found:)`` if `global_step` is missing or
  ///   is not an integer of 0 … 2⁵³.
  public init(file path: String) throws(CheckpointError) {
    let document = try JSONValue(file: path)
    guard let step = document["global_step"]?.integer, HistoryRow.steps.contains(step) else {
      throw .unexpectedValue(
        file: path, key: "global_step", expected: "an integer",
        found: document["global_step"]?.kind ?? "missing")
    }
    globalStep = step
    history = HistoryRow.merged((document["log_history"]?.array ?? []).compactMap(Self.row))
  }

  /// The numbers of a logged row; nil if it has no step or an impossible one.
  private static func row(_ value: JSONValue) -> HistoryRow? {
    guard let step = value["step"]?.double.flatMap(Int.init(exactly:)),
      HistoryRow.steps.contains(step)
    else { return nil }
    var values: [String: Double] = [:]
    for member in value.members where member.key != "step" {
      if let number = member.value.double { values[member.key] = number }
    }
    return HistoryRow(step: step, values: values)
  }
}
