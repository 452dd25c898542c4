package import LinearAlgebra

/// A saved GLoRA.
package struct SavedGLoRA: OutByInAdapter {
  package typealias Method = GLoRA
  package static let parameterNames = GLoRA.paths.flatMap { path in
    ["Xd", "Xu", "X", "zeros"].map { "\(path).\($0)" }
  }

  package let settings: ModuleSettings
  package let resolved: ResolvedModule
  private let paths: [String: GLoRAPath]

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = try ParameterReader(module: settings.module, filled: parameters)
    var paths: [String: GLoRAPath] = [:]
    for name in GLoRA.paths { paths[name] = try GLoRAPath(name, reader) }
    self.paths = paths
    self.settings = settings
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: paths.values.compactMap(\.rank).max(),
      alpha: nil, scale: 1)
  }

  /// Nil, because not every form of the paths tells it.
  package var outByInShape: MatrixShape? { nil }

  package func checkFit(_ base: MatrixShape) throws(AdapterError) {
    let sizes = [
      (GLoRA.weightFactor, base), (GLoRA.weightTerm, base),
      (GLoRA.inputTerm, MatrixShape(rows: base.columns, columns: 1)),
      (GLoRA.biasFactor, MatrixShape(rows: base.rows, columns: 1)),
      (GLoRA.biasTerm, MatrixShape(rows: base.rows, columns: 1)),
    ]
    for (name, size) in sizes {
      guard let path = paths[name], !path.fits(size) else { continue }
      throw .parameterShape(
        module: settings.module, parameter: name, found: [path.shape.rows, path.shape.columns],
        expected: [size.rows, size.columns])
    }
  }

  package func update(_ base: any BaseWeight) throws -> WeightUpdate {
    let shape = base.matrixShape
    let factor = paths[GLoRA.weightFactor]?.values(shape)
    let term = paths[GLoRA.weightTerm]?.values(shape)
    guard let factor else {
      return term.map(WeightUpdate.dense) ?? .zero(rows: base.rows, columns: base.columns)
    }
    let scaled = try base.matrix().combined(with: factor, *)
    return .dense(term.map { scaled + $0 } ?? scaled)
  }

  package func biasChange(of base: any BaseWeight) throws -> BiasChange? {
    guard paths[GLoRA.inputTerm] ?? paths[GLoRA.biasFactor] ?? paths[GLoRA.biasTerm] != nil else {
      return nil
    }
    let base = settings.layout == .inByOut ? TransposedBase(original: base) : base
    try checkFit(base.matrixShape)
    let column = MatrixShape(rows: base.rows, columns: 1)
    let none = Matrix(rows: base.rows, columns: 1)
    var terms = paths[GLoRA.biasTerm]?.values(column) ?? none
    if let inputs = paths[GLoRA.inputTerm] {
      terms =
        terms + (try base.matrix() * inputs.values(MatrixShape(rows: base.columns, columns: 1)))
    }
    return .affine(
      factors: (paths[GLoRA.biasFactor]?.values(column) ?? none).values, terms: terms.values)
  }
}

/// One path: a product, a column for every column of the matrix, or a number for every entry.
private enum GLoRAPath {
  case product(Matrix, Matrix)
  case column([Double])
  case constant(Double)

  /// Nil if the path is switched off or was not saved.
  init?(_ name: String, _ reader: ParameterReader) throws(AdapterError) {
    if reader.has("\(name).Xd") {
      let output = try reader.matrix("\(name).Xd", rows: nil, columns: nil)
      self = .product(
        output, try reader.matrix("\(name).Xu", rows: output.columns, columns: nil))
    } else if reader.has("\(name).X") {
      let tensor = try reader.tensor("\(name).X")
      guard tensor.shape.first == tensor.values.count else {
        throw .parameterShape(
          module: reader.module, parameter: "\(name).X", found: tensor.shape, expected: [nil, 1])
      }
      self = tensor.shape == [1] ? .constant(tensor.values[0]) : .column(tensor.values)
    } else if reader.has("\(name).zeros") {
      guard try reader.tensor("\(name).zeros").values.allSatisfy({ $0 == 0 }) else {
        throw .undefinedUpdate(
          module: reader.module, reason: "'\(name).zeros' has entries that are not zero")
      }
      return nil
    } else {
      return nil
    }
  }

  var rank: Int? { if case .product(let output, _) = self { output.columns } else { nil } }

  /// The shape as saved; a number has 1 × 1.
  var shape: MatrixShape {
    switch self {
    case .product(let output, let input): MatrixShape(rows: output.rows, columns: input.columns)
    case .column(let values): MatrixShape(rows: values.count, columns: 1)
    case .constant: MatrixShape(rows: 1, columns: 1)
    }
  }

  func fits(_ matrix: MatrixShape) -> Bool {
    switch self {
    case .product: shape == matrix
    case .column: shape.rows == matrix.rows
    case .constant: true
    }
  }

  /// The entries of the path for a matrix of this shape, which it fits.
  func values(_ shape: MatrixShape) -> Matrix {
    switch self {
    case .product(let output, let input): output * input
    case .column(let values):
      Matrix(
        rows: shape.rows, columns: shape.columns,
        values: values.flatMap { Array(repeating: $0, count: shape.columns) })
    case .constant(let value):
      Matrix(rows: shape.rows, columns: shape.columns, repeating: value)
    }
  }
}
