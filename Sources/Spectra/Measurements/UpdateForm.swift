public import LinearAlgebra

/// A weight update as it is measured: cheap where it is factored, streamed where it is not.
public struct UpdateForm: Sendable {
  enum Form: Sendable {
    case zero
    /// D = P Q with the long side of the weight as rows: P long × r, Q r × p.
    case factored(long: Matrix, short: Matrix)
    case streamed(any PanelSource)
  }

  let form: Form
  let shape: OrientedShape
  /// The update's entries, for what looks at them one by one.
  let panels: any PanelSource
  /// The unit roundoff of the weights whose difference the update is; 0 for a product of factors, which is
  /// exact.
  let roundoff: Double

  /// An update in memory.
  /// - Parameters:
  ///   - update: Dense, factored, a scaling or zero.
  ///   - base: The base weight's panels, which scalings multiply.
  ///   - roundoff: The unit roundoff of the weights whose difference it is; 0 if it is exact.
  /// - Throws: ``SpectraError/shapeMismatch(base:update:)``.
  public init(_ update: WeightUpdate, base: any PanelSource, roundoff: Double = 0) throws {
    self.init(update, scaling: base, roundoff)
    if shape != base.shape {
      throw SpectraError.shapeMismatch(
        base: [base.shape.rows, base.shape.columns], update: [shape.rows, shape.columns])
    }
  }

  /// An update in memory whose base is not at hand.
  /// - Precondition: The update does not scale its base: that has no entries of its own.
  public init(_ update: WeightUpdate, roundoff: Double = 0) {
    self.init(update, scaling: nil, roundoff)
  }

  private init(_ update: WeightUpdate, scaling base: (any PanelSource)?, _ roundoff: Double) {
    func scaled(_ scales: [Double], _ side: ScaledPanels.Side) -> ScaledPanels {
      guard let base else {
        preconditionFailure("the scaling of an absent base has no singular values")
      }
      return ScaledPanels(base: base, scales: scales, side: side)
    }
    self.roundoff = roundoff
    switch update {
    case .zero(let rows, let columns):
      form = .zero
      panels = DensePanels(Matrix(rows: 0, columns: 0))
      shape = OrientedShape(rows: rows, columns: columns)
      return
    case .factored(let left, let right):
      panels = FactoredPanels(left: left, right: right)
      shape = panels.shape
      form =
        shape.isTall
        ? .factored(long: left, short: right)
        : .factored(long: right.transposed(), short: left.transposed())
      return
    case .dense(let matrix): panels = DensePanels(matrix)
    case .rowScaling(let scales): panels = scaled(scales, .rows)
    case .columnScaling(let scales): panels = scaled(scales, .columns)
    }
    shape = panels.shape
    form = .streamed(panels)
  }

  /// An update that is read as it is measured, such as the difference of two checkpoints.
  public init(streaming panels: any PanelSource, roundoff: Double = 0) {
    self.roundoff = roundoff
    self.panels = panels
    shape = panels.shape
    form = .streamed(panels)
  }
}

extension UpdateForm {
  /// The spectral norm of the rounding of two stored weights, where the update is their difference.
  /// - Parameter energy: ‖W‖_F² of the base.
  func noise(besides energy: Double) -> Double {
    let (rows, columns) = (Double(shape.rows), Double(shape.columns))
    guard roundoff > 0, rows > 0, columns > 0 else { return 0 }
    let entry = (energy / (rows * columns)).squareRoot()
    return roundoff * entry * (rows.squareRoot() + columns.squareRoot()) / 3.0.squareRoot()
  }
}
