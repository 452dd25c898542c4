public import LinearAlgebra

/// A weight update as it is measured: cheap where it is factored, streamed where it is not.
public struct UpdateForm: Sendable {
  enum Form: Sendable {
    case zero
    /// D = P Q with the long side of the weight as rows: P long × r, Q r × p.
    case factored(long: Matrix<Double>, short: Matrix<Double>)
    case streamed(any PanelSource)
  }

  let form: Form
  let shape: OrientedShape
  /// The update's entries, for what looks at them one by one.
  let panels: any PanelSource
  /// The distance from 1 to the next number in the type the update is stored in.
  let storageEpsilon: Double

  /// An update in memory.
  /// - Parameters:
  ///   - update: Dense, factored, a scaling or zero.
  ///   - base: The base weight's panels, which scalings multiply.
  ///   - storageEpsilon: The distance from 1 to the next number in the type it is stored in.
  public init(_ update: WeightUpdate, base: any PanelSource, storageEpsilon: Double) throws {
    self.storageEpsilon = storageEpsilon
    shape = base.shape
    let expected = [base.shape.rows, base.shape.columns]
    switch update {
    case .zero(let rows, let columns):
      try Self.check([rows, columns], expected)
      form = .zero
      panels = DensePanels(Matrix(rows: 0, columns: 0))
    case .dense(let matrix):
      try Self.check([matrix.rows, matrix.columns], expected)
      panels = DensePanels(matrix)
      form = .streamed(panels)
    case .factored(let left, let right):
      try Self.check([left.rows, right.columns], expected)
      form =
        base.shape.isTall
        ? .factored(long: left, short: right)
        : .factored(long: right.transposed(), short: left.transposed())
      panels = FactoredPanels(left: left, right: right)
    case .rowScaling(let scales):
      try Self.check([scales.count, expected[1]], expected)
      panels = ScaledPanels(base: base, scales: scales, side: .rows)
      form = .streamed(panels)
    case .columnScaling(let scales):
      try Self.check([expected[0], scales.count], expected)
      panels = ScaledPanels(base: base, scales: scales, side: .columns)
      form = .streamed(panels)
    }
  }

  /// An update in memory whose base is not at hand.
  /// - Precondition: The update does not scale its base: that has no entries of its own.
  public init(_ update: WeightUpdate, storageEpsilon: Double) {
    self.storageEpsilon = storageEpsilon
    switch update {
    case .zero(let rows, let columns):
      form = .zero
      panels = DensePanels(Matrix(rows: 0, columns: 0))
      shape = OrientedShape(rows: rows, columns: columns)
    case .dense(let matrix):
      panels = DensePanels(matrix)
      form = .streamed(panels)
      shape = panels.shape
    case .factored(let left, let right):
      panels = FactoredPanels(left: left, right: right)
      shape = panels.shape
      form =
        shape.isTall
        ? .factored(long: left, short: right)
        : .factored(long: right.transposed(), short: left.transposed())
    case .rowScaling, .columnScaling:
      preconditionFailure("the scaling of an absent base has no singular values")
    }
  }

  /// An update that is read as it is measured, such as the difference of two checkpoints.
  public init(streaming panels: any PanelSource, storageEpsilon: Double) {
    self.storageEpsilon = storageEpsilon
    self.panels = panels
    shape = panels.shape
    form = .streamed(panels)
  }

  private static func check(_ update: [Int], _ base: [Int]) throws {
    if update != base { throw SpectraError.shapeMismatch(base: base, update: update) }
  }
}
