/// The pretrained weight that an update is added to, read when it is asked for.
public protocol BaseWeight: Sendable {
  /// Output features.
  var rows: Int { get }
  /// Input features.
  var columns: Int { get }
  /// Every entry, out × in.
  func matrix() throws -> Matrix<Double>
  /// The `count` singular triplets of largest singular value.
  func principalTriplets(count: Int) throws -> SingularTriplets<Double>
}

/// A base weight that is in memory.
public struct DenseBaseWeight: BaseWeight {
  private let weight: Matrix<Double>

  public init(_ weight: Matrix<Double>) { self.weight = weight }

  public var rows: Int { weight.rows }
  public var columns: Int { weight.columns }
  public func matrix() -> Matrix<Double> { weight }

  public func principalTriplets(count: Int) throws -> SingularTriplets<Double> {
    try SingularTriplets(of: weight).leading(count)
  }
}
