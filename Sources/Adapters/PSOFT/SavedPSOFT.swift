package import LinearAlgebra

/// A saved PSOFT. The update has the rank r and stays factored.
package struct SavedPSOFT: OutByInAdapter {
  package typealias Method = PSOFT
  package static let parameterNames = [PSOFT.rotation, PSOFT.inputFactors, PSOFT.outputFactors]

  package let settings: ModuleSettings
  package let resolved: ResolvedModule
  private let options: PSOFTOptions
  private let rotation: Tensor
  private let inputFactors: [Double]?
  private let outputFactors: [Double]?

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    options = try PSOFTOptions(settings.configuration.options)
    rotation = try reader.tensor(
      PSOFT.rotation, shape: options.isOrthogonal ? [nil] : [nil, nil])
    let size =
      options.isOrthogonal
      ? Matrix.skewSize(entries: rotation.values.count)
      : rotation.shape[0] == rotation.shape[1] ? rotation.shape[0] : nil
    guard let size, size > 0 else {
      throw .parameterShape(
        module: settings.module, parameter: PSOFT.rotation, found: rotation.shape,
        expected: rotation.shape.map { _ in nil })
    }
    inputFactors =
      reader.has(PSOFT.inputFactors) ? try reader.vector(PSOFT.inputFactors, count: size) : nil
    outputFactors =
      reader.has(PSOFT.outputFactors) ? try reader.vector(PSOFT.outputFactors, count: size) : nil
    self.settings = settings
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: size, alpha: nil, scale: 1)
  }

  /// Nil, because the parameters tell neither size.
  package var outByInShape: MatrixShape? { nil }

  package func checkFit(_ base: MatrixShape) throws(AdapterError) {
    let limit = min(base.rows, base.columns)
    if rank > limit { throw .rank(module: settings.module, rank: rank, limit: limit) }
  }

  package func update(_ base: any BaseWeight) throws -> WeightUpdate {
    let triplets = try base.principalTriplets(count: rank)
    let signs = triplets.left.signsOfColumns()
    let roots = triplets.values.map { $0.squareRoot() }
    let change = try rotationChange()
    let core =
      switch options.placement {
      case .left: change.scalingRows(by: triplets.values)
      case .split: change.scalingRows(by: roots).scalingColumns(by: roots)
      }
    return .product(
      triplets.left.scalingColumns(by: signs) * core, triplets.right.scalingRows(by: signs))
  }

  private var rank: Int { resolved.rank ?? 0 }

  /// M − I.
  private func rotationChange() throws -> Matrix {
    var change: Matrix
    if options.isOrthogonal {
      var skew = Matrix.skew(rotation.values, size: rank)
      let norm = skew.frobeniusNorm()
      // The small number is PEFT's.
      if let bound = options.bound, norm > bound { skew = (bound / (norm + 1e-12)) * skew }
      change = try options.map.change(skew)
    } else {
      change = Matrix(rows: rank, columns: rank, values: rotation.values) - .identity(rank)
    }
    guard inputFactors != nil || outputFactors != nil else { return change }
    let ones = [Double](repeating: 1, count: rank)
    let (a, b) = (inputFactors ?? ones, outputFactors ?? ones)
    // b(R − I)a + ba − I.
    change = change.scalingRows(by: b).scalingColumns(by: a)
    for index in 0..<rank { change[index, index] += b[index] * a[index] - 1 }
    return change
  }
}

extension Matrix {
  /// The sign of the largest entry of each column.
  fileprivate func signsOfColumns() -> [Double] {
    (0..<columns).map { column in
      let entries = (0..<rows).map { self[$0, column] }
      return entries.max { abs($0) < abs($1) } ?? 0 < 0 ? -1 : 1
    }
  }
}
