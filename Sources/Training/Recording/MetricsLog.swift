import Checkpoints
import Documents
import Foundation

/// `metrics.jsonl` of a run: one line per step, appended when the step ends.
struct MetricsLog {
  private let path: String
  private let handle: FileHandle

  /// Opens the log of a run, keeping the lines up to a step.
  ///
  /// Drops the lines of steps that will be repeated, and an incomplete last line.
  init(path: String, keepingThrough step: Int) throws {
    self.path = path
    let kept = try Self.records(path: path).filter { $0.step <= step }
    try AtomicFile.write(kept.map { $0.json.line }.joined(), to: path)
    handle = try OutputError.naming(path) {
      let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      try handle.seekToEnd()
      return handle
    }
  }

  func append(_ record: StepRecord) throws {
    try OutputError.naming(path) {
      try handle.write(contentsOf: Data(record.json.line.utf8))
    }
  }

  /// The complete lines of a log; empty if there is no file.
  static func records(path: String) throws(TextFile.Fault) -> [StepRecord] {
    let bytes = try TextFile.bytes(ifAt: path) ?? []
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
      (try? JSONValue(parsing: Array(line.utf8), dialect: .python))
        .flatMap(StepRecord.init)
    }
  }
}
