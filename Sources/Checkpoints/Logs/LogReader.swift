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
  /// The records in the order of the file, up to the first fault.
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
    all.first { $0.recognises(fileName) }?.read(bytes).rows() ?? []
  }
}

extension JSONValue {
  /// The numbers of a logged object by their names; those of objects inside it by `outer/inner`. A list is left out,
  /// and so are tables and pictures of W&B, which have a `_type`. W&B writes NaN and the infinities as strings.
  func loggedColumns(under name: String = "") -> [(name: String, value: Double)] {
    switch self {
    case .number(let value, _): [(name, value)]
    case .string("NaN"): [(name, .nan)]
    case .string("Infinity"): [(name, .infinity)]
    case .string("-Infinity"): [(name, -.infinity)]
    case .object(let members) where self["_type"] == nil:
      members.flatMap { $0.value.loggedColumns(under: name.isEmpty ? $0.key : "\(name)/\($0.key)") }
    default: []
    }
  }
}
