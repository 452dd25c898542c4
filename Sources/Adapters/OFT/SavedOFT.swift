package import LinearAlgebra

/// A saved OFT. The update W · (diag(Rᵢ) − I)ᵀ is dense: a rotation of every input has full rank.
package struct SavedOFT: OutByInAdapter {
  package typealias Method = OFT
  package static let parameterNames = [OFT.rotation, OFT.embeddingRotation, OFT.formerBlocks]
  package static let factorNames = [OFT.rotation, OFT.embeddingRotation]

  package let settings: ModuleSettings
  package let resolved: ResolvedModule
  private let options: OFTOptions
  private let isEmbedding: Bool
  private let blockSize: Int
  /// For each block the entries of Q above its diagonal.
  private let skews: Matrix

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = try ParameterReader(module: settings.module, filled: parameters)
    if reader.has(OFT.formerBlocks) {
      throw .inexactOption(
        "'\(OFT.formerBlocks)'", peftType: "OFT",
        reason: "PEFT before 0.16 computed its rotations in another way; train it again, or merge"
          + " it with the PEFT that wrote it and give the merged model")
    }
    options = try OFTOptions(settings.configuration.options)
    isEmbedding = reader.has(OFT.embeddingRotation)
    let name = isEmbedding ? OFT.embeddingRotation : OFT.rotation
    skews = try reader.matrix(name, rows: options.isShared ? 1 : nil, columns: nil)
    guard let size = Matrix.skewSize(entries: skews.columns), skews.rows > 0 else {
      throw .parameterShape(
        module: settings.module, parameter: name, found: [skews.rows, skews.columns],
        expected: [nil, nil])
    }
    blockSize = size
    var own = settings
    if isEmbedding { own.layout = .outByIn }
    self.settings = own
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: nil, alpha: nil, scale: 1)
  }

  /// Nil, because the parameters do not tell the number of outputs.
  package var outByInShape: MatrixShape? { nil }

  package func checkFit(_ base: MatrixShape) throws(AdapterError) {
    if options.isShared {
      guard base.columns.isMultiple(of: blockSize) else {
        throw .indivisible(module: settings.module, size: base.columns, block: blockSize)
      }
    } else {
      let (width, overflows) = skews.rows.multipliedReportingOverflow(by: blockSize)
      try require(
        MatrixShape(rows: base.rows, columns: overflows ? .max : width), fits: base)
    }
  }

  package func update(_ base: any BaseWeight) throws -> WeightUpdate {
    let weight = try base.matrix()
    var blocks = try (0..<skews.rows).map { row in try rotationChange(skews.row(row)) }
    if options.isShared {
      blocks = Array(repeating: blocks[0], count: base.columns / blockSize)
    }
    return .dense(weight.multipliedByBlocks(transposed: blocks))
  }

  /// R − I of one block, or its transpose for an embedding, whose rows are multiplied by R itself.
  private func rotationChange(_ upper: ArraySlice<Double>) throws -> Matrix {
    var skew = Matrix.skew(upper, size: blockSize)
    if let bound = options.bound { skew = projected(skew, bound: bound) }
    // PEFT's exact map is that of −Q, its series that of Q.
    let change = try options.map.change(options.map == .exact ? -1 * skew : skew)
    return isEmbedding ? change.transposed() : change
  }

  /// Q, made shorter if its norm exceeds ε/√n. PyTorch computes this bound in single precision, as ε times 1/√n.
  private func projected(_ skew: Matrix, bound: Double) -> Matrix {
    let limit = Double(1 / Float(skews.rows).squareRoot() * Float(bound))
    let norm = skew.frobeniusNorm()
    return norm <= limit ? skew : (limit / norm) * skew
  }
}
