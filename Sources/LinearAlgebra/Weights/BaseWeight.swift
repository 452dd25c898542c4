/// The pretrained weight that an update is added to, read on demand.
public protocol BaseWeight: Sendable {
  /// Output features.
  var rows: Int { get }
  /// Input features.
  var columns: Int { get }
  /// Every entry, out × in.
  func matrix() throws -> Matrix
  /// The `count` singular triplets with the largest singular values.
  func principalTriplets(count: Int) throws -> SingularTriplets
}

/// A base weight that is in memory.
public struct DenseBaseWeight: BaseWeight {
  private let weight: Matrix

  public init(_ weight: Matrix) { self.weight = weight }

  public var rows: Int { weight.rows }
  public var columns: Int { weight.columns }
  public func matrix() -> Matrix { weight }

  public func principalTriplets(count: Int) throws -> SingularTriplets {
    try SingularTriplets(of: weight).leading(count)
  }
}
