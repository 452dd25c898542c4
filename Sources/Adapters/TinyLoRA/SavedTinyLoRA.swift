package import LinearAlgebra

/// A saved TinyLoRA; its update is factored.
package struct SavedTinyLoRA: Adapter {
  package typealias Method = TinyLoRA
  package static let parameterNames = [
    TinyLoRA.inputFactor, TinyLoRA.outputFactor, TinyLoRA.projections,
  ]

  package let resolved: ResolvedModule
  private let pair: FactorPair

  package static func shares(_ name: String, with module: String?) -> Bool {
    name.hasPrefix(TinyLoRA.vectorPrefix)
  }

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    let down = try reader.matrix(TinyLoRA.inputFactor, rows: nil, columns: nil)
    let rank = down.rows
    let up = try reader.matrix(TinyLoRA.outputFactor, rows: nil, columns: rank)
    if rank == 0 { throw .zeroRank(module: settings.module) }
    let projections = try reader.tensor(TinyLoRA.projections, shape: [nil, rank, rank])
    let group = try Self.group(of: projections, parameters: parameters, settings: settings)
    let vector = try reader.vector(
      TinyLoRA.vectorPrefix + String(group), count: projections.shape[0])
    var middle = Matrix(rows: rank, columns: rank)
    for (index, factor) in vector.enumerated() {
      for offset in 0..<rank * rank {
        middle.values[offset] += factor * projections.values[index * rank * rank + offset]
      }
    }
    pair = FactorPair(input: middle * down, output: up, transposed: settings.isTransposed)
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: rank, alpha: nil, scale: 1)
  }

  /// The number of the module's group.
  private static func group(
    of projections: Tensor, parameters: [String: Tensor], settings: ModuleSettings
  ) throws(AdapterError) -> Int {
    let groups = parameters.keys.count { shares($0, with: nil) }
    guard groups > 1 else { return 0 }
    let modules = settings.moduleCount
    let seed = settings.configuration.tinyLoRA.seed
    guard groups <= modules,
      let number = TinyLoRA.number(of: projections, moduleCount: modules, seed: seed)
    else { throw .groupUnknown(module: settings.module) }
    return TinyLoRA.group(ofModule: number, of: modules, groups: groups)
  }

  package var shape: MatrixShape? { pair.shape }

  package func weightUpdate(of base: any BaseWeight) throws -> WeightUpdate {
    try checkShape(of: base)
    return .product(pair.output, pair.input)
  }
}
