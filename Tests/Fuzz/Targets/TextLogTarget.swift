import Checkpoints

/// Lines of JSON, and a table.
enum TextLogTarget: FuzzTarget {
  static let name = "text-log"
  static let seeds = "*.jsonl"

  static func read(_ input: [UInt8], in _: FuzzFolder) throws {
    for file in ["metrics.jsonl", "metrics.csv"] {
      for row in LogReaders.rows(of: input, named: file) { _ = row.reward }
    }
  }
}
