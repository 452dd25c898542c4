public import LinearAlgebra

/// A weight update in the form in which it is measured: as factors if it has them, else streamed in panels.
public struct UpdateForm: Sendable {
  enum Form: Sendable {
    case zero
    /// D = P Q with the long side of the weight as rows: P long × r, Q r × p.
    case factored(long: Matrix, short: Matrix)
    case streamed(any PanelSource)
  }

  let form: Form
  let shape: OrientedShape
  /// The update's entries, for measurements of single entries.
  let panels: any PanelSource
  /// The unit roundoff of the stored weights whose difference the update is; 0 for a product of factors,
  /// which is exact.
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

  /// An update in memory, without its base.
  /// - Precondition: The update is not a scaling of its base, which has no entries without the base.
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

  /// An update that is read in panels while it is measured, such as the difference of two checkpoints.
  public init(streaming panels: any PanelSource, roundoff: Double = 0) {
    self.roundoff = roundoff
    self.panels = panels
    shape = panels.shape
    form = .streamed(panels)
  }
}

extension UpdateForm {
  /// The spectral norm of the rounding errors of two stored weights whose difference the update is; else 0.
  /// - Parameter energy: ‖W‖_F² of the base.
  func noise(besides energy: Double) -> Double {
    let (rows, columns) = (Double(shape.rows), Double(shape.columns))
    guard roundoff > 0, rows > 0, columns > 0 else { return 0 }
    let entry = (energy / (rows * columns)).squareRoot()
    return roundoff * entry * (rows.squareRoot() + columns.squareRoot()) / 3.0.squareRoot()
  }
}
