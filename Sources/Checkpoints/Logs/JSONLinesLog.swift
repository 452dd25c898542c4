import Documents

/// A JSON object on each line: this program, LLaMA-Factory, verl's logger of files, own scripts.
enum JSONLinesLog: LogReader {
  static let name = "JSON lines"

  /// LLaMA-Factory's `trainer_log.jsonl`, and usual names. Other lines of JSON are data or answers.
  static func recognises(_ fileName: String) -> Bool {
    [
      "metrics.jsonl", "train_log.jsonl", "trainer_log.jsonl", "training_log.jsonl",
      "train_metrics.jsonl",
      "log.jsonl", "logs.jsonl", "history.jsonl",
    ].contains(fileName)
  }

  static func read(_ bytes: [UInt8]) -> LogContents {
    var contents = LogContents()
    for line in LogLines(bytes) {
      do {
        let value = try JSONValue(parsing: Array(line.bytes), dialect: .python)
        // verl puts its columns into `data`.
        var columns = value.loggedColumns()
        if case .object? = value["data"] {
          columns = columns.map {
            ($0.name.hasPrefix("data/") ? String($0.name.dropFirst(5)) : $0.name, $0.value)
          }
        }
        if let row = HistoryRow(logged: columns) { contents.rows.append(row) }
      } catch {
        if !line.isCut { contents.fault = "line \(line.number) is not JSON: \(error.fault)" }
        break
      }
    }
    return contents
  }
}
