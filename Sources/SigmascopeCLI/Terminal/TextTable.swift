/// A table of text in columns as wide as they must be. A column without an entry is left out.
struct TextTable {
  private let columns: [String]
  private var rows: [[String]] = []

  init(columns: [String]) { self.columns = columns }

  /// Adds a row with an entry for each column.
  mutating func add(_ row: [String]) { rows.append(row) }

  /// The lines, indented by two spaces.
  var lines: [String] {
    let shown = columns.indices.filter { column in rows.contains { !$0[column].isEmpty } }
    let widths = shown.map { column in
      ([columns] + rows).map { $0[column].count }.max() ?? 0
    }
    return ([columns] + rows).map { row in
      let cells = zip(shown, widths).map { column, width in
        row[column] + String(repeating: " ", count: width - row[column].count)
      }
      let line = "  " + cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }
}
