/// How the product of an adapter's factors relates to the part of the base between the same
/// subspaces. An adapter that started from singular triplets of the base still resembles that part.
///
/// With Q and P orthonormal bases of the product's column and row space, the part is M = QᵀWP and the
/// product S = Qᵀ(sBA)P, both r × r.
public struct SingularBlock: Sendable {
  /// Where in the spectrum of the base the part lies.
  public enum Part: String, Sendable {
    case leading, trailing
  }

  /// ‖S − M‖ / ‖M‖: 0 for the start itself, about 1 or more for factors unrelated to W.
  public let distance: Double
  /// ‖M‖ / √(‖WP‖ ‖QᵀW‖): 1 if the two subspaces belong to the same singular triplets, about
  /// √(r/n) for random ones.
  public let coupling: Double
  /// Leading if the triplets of the part have more energy, on average, than the triplets of the whole weight.
  public let part: Part

  /// Nil for a product that is zero, for a scaling of the base, which has no factors, and for a base that is not finite.
  /// - Parameters:
  ///   - product: s·BA, of the shape of the base.
  ///   - rank: r, the rank of the factors.
  ///   - base: W, which is read once, in blocks of rows.
  /// - Throws: What reading throws; a LAPACK failure.
  /// - Complexity: O(out · in · r): no decomposition of the base.
  public init?(product: WeightUpdate, rank: Int, base: some BaseWeight) throws {
    let left: Matrix
    let right: Matrix
    switch product {
    case .factored(let first, let second): (left, right) = (first, second)
    case .dense(let matrix):
      let triplets = try SingularTriplets(of: matrix).leading(rank)
      (left, right) = (triplets.left * .diagonal(triplets.values), triplets.right)
    default: return nil
    }
    let columns = try QRFactors(of: left)
    let rows = try QRFactors(of: right.transposed())
    let core = Matrix.product(columns.r, .asStored, rows.r, .transposed)
    guard core.frobeniusNorm() > 0 else { return nil }
    var parts = [Matrix]()
    var throughColumns = Matrix(rows: columns.q.columns, columns: base.columns)
    var whole = 0.0
    for range in base.rowBlocks {
      let block = try base.rows(range)
      guard block.isFinite else { return nil }
      parts.append(block * rows.q)
      throughColumns =
        throughColumns + Matrix.product(columns.q.rowSlice(range), .transposed, block)
      let norm = block.frobeniusNorm()
      whole += norm * norm
    }
    let throughRows = Matrix.stackedRows(parts)
    let part = Matrix.product(columns.q, .transposed, throughRows)
    let size = part.frobeniusNorm()
    let reach = (throughRows.frobeniusNorm() * throughColumns.frobeniusNorm()).squareRoot()
    guard size > 0, reach > 0 else { return nil }
    distance = (core - part).frobeniusNorm() / size
    coupling = size / reach
    // The mean energy per triplet, of the part and of the whole weight.
    let count = Double(min(base.rows, base.columns))
    self.part = size * size / Double(max(core.rows, 1)) > whole / count ? .leading : .trailing
  }

  /// Whether the product is mostly the base's own part: the subspaces match, and training has moved the
  /// product by less than half of the size of its start.
  public var isReproduced: Bool { distance < 0.5 && coupling > 0.5 }
}
