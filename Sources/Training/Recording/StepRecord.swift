import Checkpoints
import Documents

/// What one step of a run logs, under TRL's names: a line of `metrics.jsonl` and an entry of `log_history`.
public struct StepRecord: Sendable, Equatable {
  public let step: Int
  /// In the order in which they are written.
  public private(set) var values: [(name: String, value: Double)] = []

  public init(step: Int) { self.step = step }

  public static func == (left: StepRecord, right: StepRecord) -> Bool {
    left.step == right.step && left.values.map(\.name) == right.values.map(\.name)
      && left.values.map(\.value) == right.values.map(\.value)
  }

  public subscript(name: String) -> Double? {
    get { values.first { $0.name == name }?.value }
    set {
      values.removeAll { $0.name == name }
      if let newValue { values.append((name, newValue)) }
    }
  }

  /// `{"step":3,"reward":0.5}`; numbers that are not finite are written as in Python.
  var json: JSONValue {
    .object(
      [JSONValue.Member(key: "step", value: .integer(step))]
        + values.map { JSONValue.Member(key: $0.name, value: .double($0.value)) })
  }

  init(step: Int, values: [(name: String, value: Double)]) {
    self.step = step
    self.values = values
  }

  /// Reads a line of the log; nil if it is not one.
  init?(_ json: JSONValue) {
    guard let step = json["step"]?.integer else { return nil }
    self.init(
      step: step,
      values: json.members.compactMap { member in
        member.key == "step" ? nil : member.value.double.map { (member.key, $0) }
      })
  }
}
