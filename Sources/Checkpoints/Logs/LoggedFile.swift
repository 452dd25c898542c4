/// A log of a run, read.
struct LoggedFile {
  let path: String
  var rows: [HistoryRow]
  /// When the first and the last record were written, in seconds; nil if the log does not say it.
  let times: ClosedRange<Double>?

  var columns: Set<String> { Set(rows.lazy.flatMap(\.values.keys)) }
  fileprivate var folder: String { FileSystem.parent(of: path) }

  private func values(of column: String) -> [Int: Double] {
    Dictionary(
      rows.compactMap { row in row.values[column].map { (row.step, $0) } },
      uniquingKeysWith: { $1 })
  }

  /// Whether two files hold the same numbers of a column: one trainer logged them twice.
  fileprivate func repeats(_ column: String, of other: LoggedFile) -> Bool {
    let others = other.values(of: column)
    let common = values(of: column).filter { others[$0.key] != nil }
    return !common.isEmpty && common.allSatisfy { others[$0.key] == $0.value }
  }
}

extension [LoggedFile] {
  /// Takes out the columns that files in several folders hold and that were written at the same time: no run was resumed
  /// there, but several things were logged under one name, and nothing tells which of them is meant.
  /// - Returns: Their names, sorted.
  mutating func dropContested() -> [String] {
    var contested: Set<String> = []
    for (index, file) in enumerated() {
      for other in self[..<index] where other.folder != file.folder {
        guard let times = file.times, let others = other.times, times.overlaps(others) else {
          continue
        }
        contested.formUnion(
          file.columns.intersection(other.columns).filter { !file.repeats($0, of: other) })
      }
    }
    guard !contested.isEmpty else { return [] }
    for index in indices {
      self[index].rows = self[index].rows.map { row in
        HistoryRow(step: row.step, values: row.values.filter { !contested.contains($0.key) })
      }
    }
    return contested.sorted()
  }
}
