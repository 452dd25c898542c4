/// The heads of an attention weight: blocks of equal size of its rows or of its columns.
public struct HeadBlocks: Equatable, Sendable {
  /// Left for blocks of rows, right for blocks of columns.
  public let side: Side
  /// How many heads there are, at least two.
  public let count: Int

  /// Nil unless the side divides into at least two blocks.
  public init?(side: Side, count: Int, of shape: OrientedShape) {
    let length = side == .left ? shape.rows : shape.columns
    guard count > 1, length > 0, length.isMultiple(of: count) else { return nil }
    self.side = side
    self.count = count
  }
}

/// How the energy of an update is spread over the heads of its weight.
public struct HeadShares: Codable, Equatable, Sendable {
  /// Whether a head is a block of rows (q, k, v) or of columns (o).
  public var areRows: Bool
  /// The share of ‖ΔW‖_F² of each head; they add up to one.
  public var shares: [Double]
  /// The standard deviation of a share for the same singular values in a random orientation; the mean is the same for
  /// all heads.
  public var nullStandardDeviation: Double

  public init(areRows: Bool, shares: [Double], nullStandardDeviation: Double) {
    self.areRows = areRows
    self.shares = shares
    self.nullStandardDeviation = nullStandardDeviation
  }

  /// The mean of a share for a random orientation.
  public var nullMean: Double { 1 / Double(shares.count) }
}

extension HeadShares {
  /// The shares of blocks of rows or columns.
  /// - Parameters:
  ///   - blocks: The heads.
  ///   - energies: The squared norm of each row or column, as the blocks are of rows or of columns.
  ///   - update: The singular values of the update.
  init(of blocks: HeadBlocks, energies: [Double], update: Spectrum) {
    let size = energies.count / blocks.count
    let total = energies.reduce(0, +)
    let shares = (0..<blocks.count).map { head in
      energies[head * size..<(head + 1) * size].reduce(0, +) / total
    }
    // The rows of a head are as good as any other directions of that side.
    let null = HeadShareNull(values: update.values, count: size, dimension: energies.count)
    self.init(
      areRows: blocks.side == .left, shares: shares, nullStandardDeviation: null.standardDeviation)
  }
}
