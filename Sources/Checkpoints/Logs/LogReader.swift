import Documents

/// Reads one kind of log. A new one is a file here and a line in ``LogReaders``.
///
/// A run that still trains appends to its log, so a last record that is not whole is no fault.
protocol LogReader: Sendable {
  /// What the files are called in notes.
  static var name: String { get }
  /// Whether a file may be such a log, by its name.
  static func recognises(_ fileName: String) -> Bool
  /// What files of one run are sorted by, so that those of a resumed run come later.
  static func order(of path: String) -> String
  /// The rows in the order of the file, up to the first fault.
  static func read(_ bytes: [UInt8]) -> LogContents
}

extension LogReader {
  static func order(of path: String) -> String { path }
}

/// All kinds of logs; what one holds is not taken from those after it.
package enum LogReaders {
  static let all: [any LogReader.Type] = [
    JSONLinesLog.self, CSVLog.self, TensorBoardLog.self, WandbLog.self,
  ]
}

extension LogReaders {
  /// The rows of a file, read as what its name says; empty for a name that no log has.
  package static func rows(of bytes: [UInt8], named fileName: String) -> [HistoryRow] {
    all.first { $0.recognises(fileName) }?.read(bytes).rows ?? []
  }
}

struct LogContents: Equatable {
  var rows: [HistoryRow] = []
  /// Why the rest was not read; nil if all was.
  var fault: String?
}

extension HistoryRow {
  /// The names of the step in a row, the first that is there counts: trainers; Trainer, TRL and verl to W&B; Lightning;
  /// LLaMA-Factory; W&B's own count of calls.
  private static let stepNames = [
    "step", "train/global_step", "training/global_step", "trainer/global_step", "global_step",
    "current_steps", "_step",
  ]

  /// A row of a log.
  /// - Parameters:
  ///   - columns: What was logged, under its own names.
  ///   - step: The step, if it is not among them.
  /// - Returns: Nil without a possible step.
  init?(logged columns: [(name: String, value: Double)], step: Int? = nil) {
    var values: [String: Double] = [:]
    for (name, value) in columns where values[name] == nil { values[name] = value }
    let logged = Self.stepNames.lazy.compactMap { values[$0] }.first.flatMap(Int.init(exactly:))
    guard let step = logged ?? step, Self.steps.contains(step) else { return nil }
    for name in Self.stepNames { values[name] = nil }
    var plain: [String: Double] = [:]
    // W&B's own columns are its clock.
    for (name, value) in values where !name.hasPrefix("_") { plain[Self.plainName(name)] = value }
    self.init(step: step, values: plain)
  }

  /// The name in trainer_state.json of what Trainer gives to TensorBoard and W&B: `loss` for `train/loss`, `eval_loss`
  /// for `eval/loss`.
  private static func plainName(_ name: String) -> String {
    if name.hasPrefix("train/") { return String(name.dropFirst("train/".count)) }
    if name.hasPrefix("eval/") { return "eval_" + name.dropFirst("eval/".count) }
    return name
  }
}

extension JSONValue {
  /// The numbers of a logged object by their names; those of objects inside it by `outer/inner`. A list is left out.
  /// W&B writes NaN and the infinities as strings.
  func loggedColumns(under name: String = "") -> [(name: String, value: Double)] {
    switch self {
    case .number(let value, _): [(name, value)]
    case .string("NaN"): [(name, .nan)]
    case .string("Infinity"): [(name, .infinity)]
    case .string("-Infinity"): [(name, -.infinity)]
    case .object(let members):
      members.flatMap { $0.value.loggedColumns(under: name.isEmpty ? $0.key : "\(name)/\($0.key)") }
    default: []
    }
  }
}
