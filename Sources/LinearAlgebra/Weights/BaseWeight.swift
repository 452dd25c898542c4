/// The pretrained weight that an update is added to, read on demand.
public protocol BaseWeight: Sendable {
  /// Output features.
  var rows: Int { get }
  /// Input features.
  var columns: Int { get }
  /// Every entry, out × in.
  /// - Throws: What reading throws; nothing for a weight in memory.
  func matrix() throws -> Matrix
  /// Some of the rows; by default they are cut out of the whole weight.
  /// - Precondition: The weight has these rows.
  /// - Throws: As ``matrix()``.
  func rows(_ range: Range<Int>) throws -> Matrix
  /// The `count` singular triplets with the largest singular values.
  /// - Throws: As ``matrix()``; a LAPACK failure.
  func principalTriplets(count: Int) throws -> SingularTriplets
}

extension BaseWeight {
  /// Cuts the rows out of the whole weight.
  /// - Throws: As ``BaseWeight/matrix()``.
  public func rows(_ range: Range<Int>) throws -> Matrix { try matrix().rowSlice(range) }

  /// Consecutive ranges of rows, of at most about half a million entries: for work that needs each entry once.
  package var rowBlocks: [Range<Int>] {
    let height = max(1, (1 << 19) / max(columns, 1))
    return stride(from: 0, to: rows, by: height).map { $0..<min($0 + height, rows) }
  }
}

/// A base weight that is in memory.
public struct DenseBaseWeight: BaseWeight {
  private let weight: Matrix

  public init(_ weight: Matrix) { self.weight = weight }

  public var rows: Int { weight.rows }
  public var columns: Int { weight.columns }
  public func matrix() -> Matrix { weight }

  /// - Throws: As ``SingularTriplets/init(of:)``.
  public func principalTriplets(count: Int) throws -> SingularTriplets {
    try SingularTriplets(of: weight).leading(count)
  }
}
