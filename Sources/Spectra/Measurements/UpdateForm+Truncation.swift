package import LinearAlgebra

/// The leading singular triplets of an update, with its whole spectrum.
package struct TruncatedUpdate: Sendable {
  /// All singular values.
  package let spectrum: Spectrum
  /// rows × k and k × columns, both with orthogonal columns or rows of length √s: their product is the best
  /// approximation of rank k.
  package let left: Matrix, right: Matrix

  /// The number of triplets that are kept.
  package var rank: Int { left.columns }
}

extension UpdateForm {
  /// All singular values of the update.
  /// - Parameter base: Where the update is the difference of two stored weights, the weight before: its size tells how
  ///   large the rounding is.
  /// - Throws: What reading throws; `LinearAlgebraError` for entries that are not finite, or if the decomposition does not
  ///   converge.
  /// - Complexity: O(long · p²) and p × p matrices; of factors O((rows + columns) · r²).
  package func spectrum(base: (any PanelSource)?) throws -> Spectrum {
    let values: [Double] =
      switch form {
      case .zero: []
      case .factored(let long, let short):
        try Self.core(long, short).matrix.singularValues()
      case .streamed(let panels): try panels.triangularFactor().singularValues()
      }
    return try spectrum(values, base: base)
  }

  /// The decomposition of the update (LAPACK `gesdd`, never an iteration that was stopped), cut to a rank.
  /// - Parameters:
  ///   - base: As in ``spectrum(base:)``.
  ///   - rank: How many triplets are kept of a spectrum; at most as many as there are.
  /// - Throws: As ``spectrum(base:)``.
  /// - Complexity: As ``spectrum(base:)``; the panels are read twice.
  package func truncated(
    base: (any PanelSource)?, to rank: (Spectrum) throws -> Int
  ) throws -> TruncatedUpdate {
    switch form {
    case .zero:
      return oriented(
        Matrix(rows: shape.long, columns: 0), Matrix(rows: 0, columns: shape.short),
        try spectrum([], base: base))
    case .factored(let long, let short):
      let core = try Self.core(long, short)
      let triplets = try SingularTriplets(of: core.matrix)
      let spectrum = try spectrum(triplets.values, base: base)
      let kept = triplets.leading(try rank(spectrum))
      let roots = kept.values.map { $0.squareRoot() }
      return oriented(
        (core.long * kept.left).scalingColumns(by: roots),
        (kept.right * core.short).scalingRows(by: roots), spectrum)
    case .streamed(let panels):
      let triplets = try SingularTriplets(of: panels.triangularFactor())
      let spectrum = try spectrum(triplets.values, base: base)
      let kept = triplets.leading(try rank(spectrum))
      let roots = kept.values.map { $0.squareRoot() }
      // X V = U Σ, which costs one more reading of the panels and no division by small numbers but the root's.
      let image = try panels.product(with: kept.right.transposed())
      return oriented(
        image.scalingColumns(by: roots.map { $0 > 0 ? 1 / $0 : 0 }),
        kept.right.scalingRows(by: roots), spectrum)
    }
  }

  private func spectrum(_ values: [Double], base: (any PanelSource)?) throws -> Spectrum {
    let noise = roundoff > 0 ? noise(besides: try base?.energy() ?? 0) : 0
    return Spectrum(values: values, rows: shape.rows, columns: shape.columns, noise: noise)
  }

  /// P Q with orthonormal outer factors: P = long · R₁, Q = R₂ᵀ · short, and the small matrix R₁R₂ᵀ between.
  private static func core(
    _ long: Matrix, _ short: Matrix
  ) throws -> (long: Matrix, matrix: Matrix, short: Matrix) {
    let outer = try QRFactors(of: long)
    let inner = try QRFactors(of: short.transposed())
    return (outer.q, outer.r * inner.r.transposed(), inner.q.transposed())
  }

  /// Long-side and short-side factors as those of rows and columns.
  private func oriented(_ long: Matrix, _ short: Matrix, _ spectrum: Spectrum) -> TruncatedUpdate {
    shape.isTall
      ? TruncatedUpdate(spectrum: spectrum, left: long, right: short)
      : TruncatedUpdate(
        spectrum: spectrum, left: short.transposed(), right: long.transposed())
  }
}

extension PanelSource {
  /// X · V, long × k, where X is the matrix with its long side as rows.
  fileprivate func product(with vectors: Matrix) throws -> Matrix {
    var parts = [Matrix]()
    var panel = [Double]()
    for range in shape.panels {
      try read(range, into: &panel)
      // A wide matrix is cut out of every row: its panel is p × length.
      parts.append(
        shape.isTall
          ? Matrix(rows: range.count, columns: shape.short, values: panel) * vectors
          : Matrix.product(
            Matrix(rows: shape.short, columns: range.count, values: panel), .transposed, vectors))
    }
    return parts.isEmpty ? Matrix(rows: shape.long, columns: vectors.columns) : .stackedRows(parts)
  }

  /// ‖X‖_F².
  fileprivate func energy() throws -> Double {
    var sum = 0.0
    var panel = [Double]()
    for range in shape.panels {
      try read(range, into: &panel)
      for value in panel { sum += value * value }
    }
    return sum
  }
}
