package import LinearAlgebra

/// A saved FRoD.
package struct SavedFRoD: OutByInAdapter {
  package typealias Method = FRoD
  package static let parameterNames = [FRoD.diagonal, FRoD.entries]

  package let settings: ModuleSettings
  package let resolved: ResolvedModule
  private let basis: Matrix
  /// S + diag(λ).
  private let middle: Matrix

  /// The names of shared tensors end in the kind of the modules that share them.
  package static func shares(_ name: String, with module: String?) -> Bool {
    guard let dot = name.firstIndex(of: ".") else { return false }
    let isShared = [FRoD.basis, FRoD.positions, FRoD.sizes].contains(String(name[..<dot]))
    guard isShared, let module else { return isShared }
    return name[name.index(after: dot)...] == FRoD.kind(of: module)
  }

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    let kind = FRoD.kind(of: settings.module)
    guard reader.has("\(FRoD.basis).\(kind)") else {
      throw .inexactOption(
        "'save_projection' off", peftType: "FROD",
        reason: "its bases are eigenvectors, whose signs the file does not hold; save it with"
          + " 'save_projection', or merge it with PEFT and give the merged model")
    }
    let diagonal = try reader.vector(FRoD.diagonal, count: nil)
    let width = diagonal.count
    if width == 0 { throw .zeroRank(module: settings.module) }
    basis = try reader.matrix("\(FRoD.basis).\(kind)", rows: width, columns: width)
    let entries = try reader.vector(FRoD.entries, count: nil)
    let positions = try reader.tensor("\(FRoD.positions).\(kind)", shape: [2, entries.count])
    var middle = Matrix.diagonal(diagonal)
    for (index, value) in entries.enumerated() {
      let (row, column) = (positions.values[index], positions.values[entries.count + index])
      guard let row = Int(exactly: row), let column = Int(exactly: column),
        (0..<width).contains(row), (0..<width).contains(column)
      else {
        throw .undefinedUpdate(
          module: settings.module,
          reason: "entry \(index) of '\(FRoD.positions).\(kind)' lies outside \(width)×\(width)")
      }
      middle[row, column] += value
    }
    self.middle = middle
    self.settings = settings
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: nil, alpha: nil, scale: 1)
  }

  /// Nil, because the parameters do not tell the number of outputs.
  package var outByInShape: MatrixShape? { nil }

  package func checkFit(_ base: MatrixShape) throws(AdapterError) {
    try require(MatrixShape(rows: base.rows, columns: basis.rows), fits: base)
  }

  package func update(_ base: any BaseWeight) throws -> WeightUpdate {
    let weight = try base.matrix()
    let coordinates = try coordinates(of: weight)
    let norms = coordinates.columnNorms()
    var left = coordinates.scalingColumns(by: norms.map { $0 > 1e-12 ? 1 / $0 : 0 })
    left.values = left.values.map { Double(Float($0)) }
    return .dense(Matrix.product(left * middle, .asStored, basis, .transposed) - weight)
  }

  /// W·V⁻ᵀ.
  private func coordinates(of weight: Matrix) throws -> Matrix {
    do {
      return try weight.divided(by: basis.transposed())
    } catch LinearAlgebraError.singular {
      throw AdapterError.undefinedUpdate(
        module: settings.module,
        reason: "'\(FRoD.basis).\(FRoD.kind(of: settings.module))' is singular")
    }
  }
}
