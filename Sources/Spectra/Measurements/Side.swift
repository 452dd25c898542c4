/// The side of a weight that a subspace lives on.
public enum Side: Sendable {
  /// Left singular vectors: directions of the output.
  case left
  /// Right singular vectors: directions of the input.
  case right
}

/// A pair of values, one for each side of a weight.
public struct Sides<Value: Sendable>: Sendable {
  public let left: Value
  public let right: Value

  public init(left: Value, right: Value) {
    self.left = left
    self.right = right
  }

  public subscript(side: Side) -> Value { side == .left ? left : right }

  /// Assigns a value of the short side and one of the long side of a matrix to left and right.
  init(short: Value, long: Value, shape: OrientedShape) {
    // The right vectors of a tall matrix belong to its short side, those of a wide matrix to its long side.
    left = shape.isTall ? long : short
    right = shape.isTall ? short : long
  }
}
