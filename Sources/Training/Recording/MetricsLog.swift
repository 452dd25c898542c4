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
  /// - Throws: `TextFile.Fault`; ``TrainingError/cannotResume(path:reason:)`` for a damaged line before the last, which no
  ///   kill leaves: it would be lost.
  static func records(path: String) throws -> [StepRecord] {
    let bytes = try TextFile.bytes(ifAt: path) ?? []
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    return try lines.enumerated().compactMap { index, line in
      if let found = try? JSONValue(parsing: Array(line.utf8), dialect: .python),
        let record = StepRecord(found)
      {
        return record
      }
      guard index < lines.count - 1 else { return nil }
      throw TrainingError.cannotResume(
        path: path,
        reason: "line \(index + 1) is damaged: mend or remove it, or train anew with another --out")
    }
  }
}
