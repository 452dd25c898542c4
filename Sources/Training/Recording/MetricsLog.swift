import Checkpoints
import Documents
import Foundation

/// `metrics.jsonl` of a run: a line a step, appended as steps end.
struct MetricsLog {
  private let path: String
  private let handle: FileHandle

  /// Opens the log of a run, keeping the lines up to a step.
  ///
  /// Lines of steps that will be repeated, and a last line that a kill has cut, are dropped.
  init(path: String, keepingThrough step: Int) throws {
    self.path = path
    let kept = Self.records(path: path).filter { $0.step <= step }
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

  /// The whole lines of a log; none where there is no file.
  static func records(path: String) -> [StepRecord] {
    guard let data = FileManager.default.contents(atPath: path) else { return [] }
    return String(decoding: data, as: UTF8.self).split(separator: "\n").compactMap { line in
      (try? JSONValue(parsing: Array(line.utf8), dialect: .python))
        .flatMap(StepRecord.init)
    }
  }
}
