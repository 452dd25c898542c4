package import LinearAlgebra

/// A saved PVeRA: ΔW = (λ_b ∘ B[:out]) · (λ_d ∘ A[:, :in]) with the halves of λ_d and A that stand for the mean.
package struct SavedPVeRA: Adapter {
  package typealias Method = PVeRA
  package static let parameterNames = [PVeRA.outputScale, PVeRA.innerScale]
  package static let factorNames = parameterNames
  package static let sharedParameterNames = [PVeRA.inputProjection, PVeRA.outputProjection]

  package let resolved: ResolvedModule
  private let vectors: ProjectedVectors

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    let innerScales = try reader.vector(PVeRA.innerScale, count: nil)
    guard innerScales.count.isMultiple(of: 2) else {
      throw .indivisible(module: settings.module, size: innerScales.count, block: 2)
    }
    let rank = innerScales.count / 2
    let down = try reader.matrix(PVeRA.inputProjection, rows: 2 * rank, columns: nil)
    vectors = try ProjectedVectors(
      reader, outputScale: PVeRA.outputScale, outputProjection: PVeRA.outputProjection,
      innerScales: Array(innerScales[..<rank]), down: down.rowSlice(0..<rank), settings: settings)
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: rank, alpha: nil, scale: 1)
  }

  package static func replayedSize(_ configuration: AdapterConfiguration) -> Int? {
    let (size, overflows) = configuration.rank.multipliedReportingOverflow(by: 2)
    return overflows ? configuration.rank : size
  }

  package static func replayedParameters(
    shapes: [MatrixShape], configuration: AdapterConfiguration
  ) -> [String: Tensor] {
    guard let outputs = shapes.map(\.rows).max(), let inputs = shapes.map(\.columns).max() else {
      return [:]
    }
    let rank = configuration.rank
    var generator = MersenneTwister(seed: configuration.veRA.seed)
    let down = generator.nextProjection(rows: 2 * rank, columns: inputs)
    let up = generator.nextProjection(rows: outputs, columns: rank)
    return [PVeRA.inputProjection: Tensor(down), PVeRA.outputProjection: Tensor(up)]
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
