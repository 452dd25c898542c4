import Documents

/// A table with a column for the step, of which every cell is a number or empty: Lightning's `metrics.csv`.
enum CSVLog: LogReader {
  static let name = "CSV"

  static func recognises(_ fileName: String) -> Bool {
    ["metrics.csv", "progress.csv", "train_log.csv", "log.csv"].contains(fileName)
  }

  static func read(_ bytes: [UInt8]) -> LogContents {
    var contents = LogContents()
    var names: [String]?
    for line in LogLines(bytes) {
      let cells = line.bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        .map {
          String(decoding: $0, as: UTF8.self).trimmed
        }
      guard let header = names else {
        names = cells
        continue
      }
      if cells.count != header.count {
        if !line.isCut {
          contents.fault = "line \(line.number) has \(cells.count) cells, the first \(header.count)"
        }
        break
      }
      var columns: [(String, Double)] = []
      for (name, cell) in zip(header, cells) where !cell.isEmpty {
        guard let value = Double(cell) else {
          contents.fault = "'\(name)' holds '\(cell)' in line \(line.number), not a number"
          return contents
        }
        columns.append((name, value))
      }
      // A last line without its end may lack digits.
      if !line.isCut, let row = HistoryRow(logged: columns) { contents.rows.append(row) }
    }
    return contents
  }
}

extension String {
  /// Without spaces and quotes around it.
  fileprivate var trimmed: String {
    let kept = drop { $0 == " " || $0 == "\"" }
    return String(
      kept.prefix(
        upTo: kept.lastIndex { $0 != " " && $0 != "\"" }.map(kept.index(after:)) ?? kept.startIndex)
    )
  }
}
