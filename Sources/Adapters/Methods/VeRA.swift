public import LinearAlgebra

/// Vectors on shared random projections: ΔW = (λ_b ∘ B[:out]) · (λ_d ∘ A[:, :in]).
///
/// | tensor | shape | scales |
/// | --- | --- | --- |
/// | `vera_lambda_b` | out | rows of B |
/// | `vera_lambda_d` | r | rows of A |
/// | `vera_A`, shared | r × largest in | |
/// | `vera_B`, shared | largest out × r | |
///
/// If the projections are not saved they are drawn again, A before B, from PyTorch's generator with
/// the seed of the configuration: uniform in ±√(6/fan-in), as 32-bit floats. The largest sizes are
/// those of the adapted modules.
///
/// **Source:** Kopiczko, Blankevoort, Asano, "VeRA: vector-based random matrix adaptation", 2023,
/// arXiv 2310.11454, equation 2.
public struct VeRA: Adapter {
  public static let method = "vera"
  public static let summary = "two trained vectors on random projections that all modules share"
  public static let peftTypes = ["VERA"]
  public static let parameterNames = ["vera_lambda_b", "vera_lambda_d"]
  public static let sharedParameterNames = ["vera_A", "vera_B"]

  public let resolved: ResolvedModule
  private let settings: ModuleSettings
  private let outputScales: [Double]
  private let innerScales: [Double]
  private let down: Matrix
  private let up: Matrix

  public init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    outputScales = try reader.vector("vera_lambda_b", count: nil)
    innerScales = try reader.vector("vera_lambda_d", count: nil)
    down = try reader.matrix("vera_A", rows: innerScales.count, columns: nil)
    up = try reader.matrix("vera_B", rows: nil, columns: innerScales.count)
    guard up.rows >= outputScales.count else {
      throw .parameterShape(
        module: settings.module, parameter: "vera_B", found: [up.rows, up.columns],
        expected: [outputScales.count, innerScales.count])
    }
    self.settings = settings
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: innerScales.count, alpha: nil, scale: 1)
  }

  public static func replayedParameters(
    shapes: [MatrixShape], configuration: AdapterConfiguration
  ) -> [String: Tensor] {
    let rank = configuration.rank
    guard let outputs = shapes.map(\.rows).max(), let inputs = shapes.map(\.columns).max() else {
      return [:]
    }
    var generator = MersenneTwister(seed: configuration.veRA.seed)
    func projection(rows: Int, columns: Int) -> Tensor {
      let bound = Float((3.0).squareRoot() * ((2.0).squareRoot() / Double(columns).squareRoot()))
      let values = (0..<rows * columns).map { _ in Double(generator.nextUniform(bound: bound)) }
      return Tensor(shape: [rows, columns], values: values)
    }
    let down = projection(rows: rank, columns: inputs)
    return ["vera_A": down, "vera_B": projection(rows: outputs, columns: rank)]
  }

  /// The inputs of a module are fewer than the columns of the shared projection.
  public var shape: MatrixShape? { nil }

  public func check(against base: MatrixShape) throws(AdapterError) {
    let isTransposed = settings.layout == .inByOut
    let outputs = isTransposed ? base.columns : base.rows
    let inputs = isTransposed ? base.rows : base.columns
    guard outputs == outputScales.count, inputs <= down.columns else {
      let logical = MatrixShape(
        rows: outputScales.count, columns: min(inputs, down.columns))
      throw .baseShape(
        module: settings.module, update: logical,
        base: MatrixShape(rows: outputs, columns: inputs))
    }
  }

  public func weightUpdate(of base: any BaseWeight) throws -> WeightUpdate {
    try checkShape(of: base)
    let isTransposed = settings.layout == .inByOut
    let outputs = isTransposed ? base.columns : base.rows
    let inputs = isTransposed ? base.rows : base.columns
    var left = up.rowSlice(0..<outputs)
    for row in 0..<outputs {
      for column in 0..<left.columns { left[row, column] *= outputScales[row] }
    }
    var right = down.columnSlice(0..<inputs)
    for row in 0..<right.rows {
      for column in 0..<inputs { right[row, column] *= innerScales[row] }
    }
    return isTransposed
      ? .product(right.transposed(), left.transposed()) : .product(left, right)
  }
}
