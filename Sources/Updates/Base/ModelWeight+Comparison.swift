import Checkpoints

extension ModelWeight {
  /// The first of some other weights that holds the same numbers; nil if none does.
  func twin(among candidates: some Sequence<ModelWeight>) throws -> ModelWeight? {
    try candidates.first { other in
      guard other.name != name, other.shape == shape else { return false }
      return try equals(other)
    }
  }

  /// Whether two weights of one shape hold the same numbers.
  fileprivate func equals(_ other: ModelWeight) throws -> Bool {
    try RowPanels(rows).allSatisfy { try doubles(rows: $0) == other.doubles(rows: $0) }
  }

  /// ‖this − other‖ / ‖other‖ over the first rows.
  func distance(from other: ModelWeight, rows count: Int) throws -> Double {
    var difference = 0.0
    var size = 0.0
    for panel in RowPanels(count) {
      for (own, others) in zip(try doubles(rows: panel), try other.doubles(rows: panel)) {
        difference += (own - others) * (own - others)
        size += others * others
      }
    }
    return difference == 0 ? 0 : (difference / size).squareRoot()
  }
}

/// The rows of a matrix in the order in which two matrices are compared: first a single one, which shows most differences,
/// then a few hundred at a time.
struct RowPanels: Sequence, IteratorProtocol {
  private let count: Int
  private var start = 0

  init(_ count: Int) { self.count = count }

  mutating func next() -> Range<Int>? {
    guard start < count else { return nil }
    let panel = start..<Swift.min(start == 0 ? 1 : start + 512, count)
    start = panel.upperBound
    return panel
  }
}
