package import LinearAlgebra

/// A saved BEFT.
package struct SavedBEFT: Adapter {
  package typealias Method = BEFT
  package static let parameterNames = [BEFT.difference]
  package static let factorNames = parameterNames

  package let resolved: ResolvedModule
  package let biasChange: BiasChange?

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    biasChange = .addition(try reader.tensor(BEFT.difference, shape: [1, nil]).values)
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: nil, alpha: nil, scale: 1)
  }

  package var shape: MatrixShape? { nil }

  package var needsBase: Bool { false }

  package var changesWeight: Bool { false }

  package func workspace(for base: MatrixShape) -> Int { 0 }

  package func weightUpdate(of base: any BaseWeight) throws -> WeightUpdate {
    .zero(rows: base.rows, columns: base.columns)
  }
}
