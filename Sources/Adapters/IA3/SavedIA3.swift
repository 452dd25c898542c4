package import LinearAlgebra

/// A saved IA3: the update scales rows or columns of the base by l − 1.
package struct SavedIA3: Adapter {
  package typealias Method = IA3
  package static let parameterNames = [IA3.factor]

  package let resolved: ResolvedModule
  package let biasChange: BiasChange?
  private let changes: [Double]
  let scalesRows: Bool
  /// How many inputs are scaled; nil if outputs are.
  package let scaledInputs: Int?

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    let factors = try reader.tensor(IA3.factor)
    let count = factors.values.count
    let scalesInputs: Bool
    if factors.shape.count == 2, count > 1 {
      scalesInputs = factors.shape[0] == 1
    } else {
      scalesInputs = try settings.configuration.ia3.feedforwardModules.matchesEnd(
        of: settings.module)
    }
    guard factors.shape.count >= 2, factors.shape.contains(count) || count == 1 else {
      throw .parameterShape(
        module: settings.module, parameter: IA3.factor, found: factors.shape,
        expected: scalesInputs ? [1, nil] : [nil, 1])
    }
    changes = factors.values.map { $0 - 1 }
    scaledInputs = scalesInputs ? count : nil
    scalesRows = scalesInputs == (settings.layout == .inByOut)
    biasChange = scalesInputs ? nil : .scaling(changes)
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: nil, alpha: nil, scale: 1)
  }

  /// Nil, because only the base determines the other dimension.
  package var shape: MatrixShape? { nil }

  package func check(against base: MatrixShape) throws(AdapterError) {
    // A convolution has one column for each input and position in the kernel.
    let fits =
      scalesRows
      ? base.rows == changes.count
      : !changes.isEmpty && base.columns.isMultiple(of: changes.count)
    guard !fits else { return }
    throw .baseShape(
      module: resolved.module,
      update: scalesRows
        ? MatrixShape(rows: changes.count, columns: base.columns)
        : MatrixShape(rows: base.rows, columns: changes.count),
      base: base)
  }

  package func workspace(for base: MatrixShape) -> Int { 0 }

  package func weightUpdate(of base: any BaseWeight) throws -> WeightUpdate {
    try checkShape(of: base)
    if scalesRows { return .rowScaling(changes) }
    let kernel = base.columns / changes.count
    return .columnScaling(changes.flatMap { Array(repeating: $0, count: kernel) })
  }
}
