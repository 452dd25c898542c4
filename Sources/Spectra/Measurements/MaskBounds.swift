import LinearAlgebra

/// The bounds of the two masks of entries of a weight: its principal and its low-magnitude entries,
/// 30 % of all each.
///
/// **Source:** arXiv 2511.08567, 2025, section 4.2.
package struct MaskBounds: Sendable, Equatable {
  /// |w| of the ⌊0.3·count⌋-th smallest entry: the low-magnitude mask holds the entries up to this bound.
  package let lowMagnitude: Double
  /// The ⌊0.3·count⌋-th largest absolute entry of the reconstruction from ``rank`` triplets: the principal
  /// mask holds the entries from this bound on.
  package let principal: Double
  /// K, the number of triplets of the reconstruction.
  package let rank: Int

  package init(lowMagnitude: Double, principal: Double, rank: Int) {
    self.lowMagnitude = lowMagnitude
    self.principal = principal
    self.rank = rank
  }

  /// Finds the bounds of a weight from its leading singular vectors of the short side, one a row.
  init(of source: some PanelSource, head: Matrix) throws {
    let shape = source.shape
    guard shape.count > 0 else {
      self.init(lowMagnitude: 0, principal: 0, rank: 0)
      return
    }
    let held = max(1, shape.count * 3 / 10)
    var low = MagnitudeSelection(smallest: held)
    // Counted from the top: `held` entries are not below this bound.
    var high = MagnitudeSelection(smallest: shape.count - held + 1)
    var panel = [Double]()
    while true {
      for range in shape.panels {
        try source.read(range, into: &panel)
        low.add(panel)
        if high.value == nil {
          high.add(Self.reconstruction(panel, range.count, shape: shape, head: head))
        }
      }
      try low.endPass()
      try high.endPass()
      if let low = low.value, let high = high.value {
        self.init(lowMagnitude: low, principal: high, rank: head.rows)
        return
      }
    }
  }

  /// A panel of the reconstruction from the head triplets: X Sᵀ S, row by row.
  static func reconstruction(
    _ panel: [Double], _ length: Int, shape: OrientedShape, head: Matrix
  ) -> [Double] {
    if shape.isTall {
      let stored = Matrix(rows: length, columns: shape.short, values: panel)
      return (Matrix.product(stored, .asStored, head, .transposed) * head).values
    }
    let stored = Matrix(rows: shape.short, columns: length, values: panel)
    return Matrix.product(head, .transposed, head * stored, .asStored).values
  }
}
