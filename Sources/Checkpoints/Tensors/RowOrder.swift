/// In which order another program stores the rows of a weight, where it is not that of transformers.
enum RowOrder {
  /// The rows of the two halves of a head alternate.
  case alternating
  /// The queries of all heads, then the keys, then the values.
  case sorted

  /// Where the rows of transformers lie; nil if they do not divide among the heads.
  func layout(rows: Int, columns: Int, heads: Int) -> StoredLayout? {
    switch self {
    case .alternating:
      guard rows.isMultiple(of: 2 * heads) else { return nil }
      let half = rows / (2 * heads)
      return StoredLayout([
        .init(count: heads, stride: 2 * half * columns), .init(count: 2, stride: columns),
        .init(count: half, stride: 2 * columns), .init(count: columns, stride: 1),
      ])
    case .sorted:
      guard rows.isMultiple(of: 3 * heads) else { return nil }
      let size = rows / (3 * heads)
      return StoredLayout([
        .init(count: heads, stride: size * columns),
        .init(count: 3, stride: heads * size * columns),
        .init(count: size, stride: columns), .init(count: columns, stride: 1),
      ])
    }
  }
}
