/// A table of text in columns as wide as they must be. A column without an entry is left out.
struct TextTable {
  private let columns: [String]
  private var rows: [[String]] = []

  init(columns: [String]) { self.columns = columns }

  /// Adds a row with an entry for each column.
  mutating func add(_ row: [String]) { rows.append(row) }

  /// The lines, indented by two spaces.
  ///
  /// Where a terminal is too narrow, the names in the first column are shortened, and then columns are left out from the
  /// right: a line that is broken cannot be read as one of a table.
  func lines(width: Int? = Terminal.outputWidth) -> [String] {
    var shown = columns.indices.filter { column in rows.contains { !$0[column].isEmpty } }
    var widths = columns.indices.map { column in
      ([columns] + rows).map { $0[column].count }.max() ?? 0
    }
    if let width, let first = shown.first {
      func excess() -> Int { shown.reduce(0) { $0 + widths[$1] + 2 } - width }
      widths[first] -= min(max(0, excess()), max(0, widths[first] - Self.leastName))
      while shown.count > 1, excess() > 0 { shown.removeLast() }
    }
    return ([columns] + rows).map { row in
      let cells = shown.map { column in
        let text = Self.shortened(row[column], to: widths[column])
        return text + String(repeating: " ", count: widths[column] - text.count)
      }
      let line = "  " + cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }

  /// How short names may become.
  private static let leastName = 12

  /// Both ends of a text: names of runs differ at either.
  private static func shortened(_ text: String, to width: Int) -> String {
    guard text.count > width else { return text }
    let kept = width - 1
    return text.prefix(kept - kept / 2) + "…" + text.suffix(kept / 2)
  }
}
