package import LinearAlgebra

/// A saved VeRA. Projections that were not saved are drawn again from the seed of the configuration, in
/// the size of the largest adapted module in each dimension.
package struct SavedVeRA: Adapter {
  package typealias Method = VeRA
  package static let parameterNames = [VeRA.outputScale, VeRA.innerScale]
  package static let factorNames = parameterNames
  package static let sharedParameterNames = [VeRA.inputProjection, VeRA.outputProjection]

  package let resolved: ResolvedModule
  let vectors: ProjectedVectors

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    let innerScales = try reader.vector(VeRA.innerScale, count: nil)
    let down = try reader.matrix(VeRA.inputProjection, rows: innerScales.count, columns: nil)
    vectors = try ProjectedVectors(
      reader, outputScale: VeRA.outputScale, outputProjection: VeRA.outputProjection,
      innerScales: innerScales, down: down, settings: settings)
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: innerScales.count, alpha: nil, scale: 1)
  }

  package static func replayedSize(_ configuration: AdapterConfiguration) -> Int? {
    configuration.rank
  }

  package static func replayedParameters(
    shapes: [MatrixShape], configuration: AdapterConfiguration
  ) -> [String: Tensor] {
    VeRA.projections(
      rank: configuration.rank, shapes: shapes, seed: configuration.veRA.seed)
  }

  /// Nil, because a module may have fewer inputs than the shared projection has columns.
  package var shape: MatrixShape? { nil }

  package func check(against base: MatrixShape) throws(AdapterError) {
    try vectors.check(against: base)
  }

  package func workspace(for base: MatrixShape) -> Int { 0 }

  package func weightUpdate(of base: any BaseWeight) throws -> WeightUpdate {
    try checkShape(of: base)
    return vectors.update(of: base)
  }
}
