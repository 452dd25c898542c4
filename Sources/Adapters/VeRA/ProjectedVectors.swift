import LinearAlgebra

/// Two vectors on projections that all modules share, which are used as far as a module needs them:
/// ΔW = (λ_b ∘ B[:out]) · (λ_d ∘ A[:, :in]).
struct ProjectedVectors: Sendable {
  /// λ_b, one value an output.
  let outputScales: [Double]
  /// λ_d, one value a row of A.
  let innerScales: [Double]
  /// A, r × the largest number of inputs.
  let down: Matrix
  /// B, the largest number of outputs × r.
  let up: Matrix
  let settings: ModuleSettings

  /// - Parameters:
  ///   - reader: Holds λ_b and B under the names `outputScale` and `outputProjection`.
  ///   - innerScales: λ_d.
  ///   - down: A, with a row for each of the inner scales.
  init(
    _ reader: ParameterReader, outputScale: String, outputProjection: String,
    innerScales: [Double], down: Matrix, settings: ModuleSettings
  ) throws(AdapterError) {
    self.innerScales = innerScales
    self.down = down
    self.settings = settings
    outputScales = try reader.vector(outputScale, count: nil)
    up = try reader.matrix(outputProjection, rows: nil, columns: innerScales.count)
    guard up.rows >= outputScales.count else {
      throw .parameterShape(
        module: settings.module, parameter: outputProjection, found: [up.rows, up.columns],
        expected: [outputScales.count, innerScales.count])
    }
  }

  func check(against base: MatrixShape) throws(AdapterError) {
    let (outputs, inputs) = settings.features(of: base)
    guard outputs == outputScales.count, inputs <= down.columns else {
      let logical = MatrixShape(
        rows: outputScales.count, columns: min(inputs, down.columns))
      throw .baseShape(
        module: settings.module, update: logical,
        base: MatrixShape(rows: outputs, columns: inputs))
    }
  }

  func update(of base: any BaseWeight) -> WeightUpdate {
    let (outputs, inputs) = settings.features(of: base.matrixShape)
    let pair = FactorPair(
      input: down.columnSlice(0..<inputs).scalingRows(by: innerScales),
      output: up.rowSlice(0..<outputs).scalingRows(by: outputScales),
      transposed: settings.isTransposed)
    return .product(pair.output, pair.input)
  }
}
