import LinearAlgebra
import Updates

/// The largest singular triplets of an update.
struct LeadingDirections: Sendable {
  /// rows × k, orthonormal columns.
  let left: Matrix
  /// Largest first.
  let values: [Double]
  /// k × columns, orthonormal rows.
  let right: Matrix

  /// The triplets above rounding, at most `count`.
  /// - Parameters:
  ///   - update: ΔW.
  ///   - weight: Rows of W, as ``UpdateRows/values(_:weight:)`` takes them.
  /// - Throws: What reading throws; a LAPACK failure.
  /// - Complexity: O((rows + columns) · r²) for a product of thin factors, else O(rows · columns · p), p the short side.
  init(
    of update: UpdateRows, count: Int, weight: (Range<Int>) throws -> [Double]
  ) throws {
    if let (left, right) = update.factors {
      try self.init(left, right, count: count)
    } else if update.rows < update.columns {
      try self.init(wide: update, count, weight)
    } else {
      try self.init(tall: update, count, weight)
    }
  }

  /// The triplets of a product of thin factors, by QR of each.
  init(_ left: Matrix, _ right: Matrix, count: Int) throws {
    let columns = try QRFactors(of: left)
    let rows = try QRFactors(of: right.transposed())
    let core = try SingularTriplets(
      of: .product(columns.r, .asStored, rows.r, .transposed))
    let first = core.values.first ?? 0
    let kept = core.leading(min(count, core.values.count { $0 > 1e-12 * first }))
    self.left = columns.q * kept.left
    values = kept.values
    self.right = Matrix.product(kept.right, .asStored, rows.q, .transposed)
  }

  private init(
    wide update: UpdateRows, _ count: Int, _ weight: (Range<Int>) throws -> [Double]
  ) throws {
    let whole = Matrix(
      rows: update.rows, columns: update.columns,
      values: try update.values(0..<update.rows, weight: weight(0..<update.rows)))
    let (values, vectors) = try Self.eigenpairs(
      Matrix.product(whole, .asStored, whole, .transposed), count)
    left = vectors.transposed()
    self.values = values
    right = (vectors * whole).scalingRows(by: values.map { 1 / $0 })
  }

  private init(
    tall update: UpdateRows, _ count: Int, _ weight: (Range<Int>) throws -> [Double]
  ) throws {
    var gram = Matrix(rows: update.columns, columns: update.columns)
    func part(_ panel: Range<Int>) throws -> Matrix {
      Matrix(
        rows: panel.count, columns: update.columns,
        values: try update.values(panel, weight: weight(panel)))
    }
    for panel in update.panels {
      let rows = try part(panel)
      gram = gram + Matrix.product(rows, .transposed, rows)
    }
    let (values, vectors) = try Self.eigenpairs(gram, count)
    var images: [Matrix] = []
    for panel in update.panels {
      images.append(Matrix.product(try part(panel), .asStored, vectors, .transposed))
    }
    left = Matrix.stackedRows(images).scalingColumns(by: values.map { 1 / $0 })
    right = vectors
    self.values = values
  }

  /// The roots of the largest eigenvalues above rounding, and their vectors, one a row.
  private static func eigenpairs(_ gram: Matrix, _ count: Int) throws -> ([Double], Matrix) {
    guard gram.rows > 0 else { return ([], gram) }
    let pairs = try SymmetricEigen(of: gram, vectors: .leading(min(count, gram.rows)))
    let first = max(pairs.values.first ?? 0, 0)
    let kept = pairs.values.prefix(count).prefix { $0 > 1e-12 * first && $0 > 0 }.count
    return (pairs.values.prefix(kept).map { $0.squareRoot() }, pairs.vectors.rowSlice(0..<kept))
  }
}
