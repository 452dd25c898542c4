package import LinearAlgebra

/// A saved Super-Tuning. Positions that were not saved are those of the n largest absolute entries of the base, in
/// falling order (or the smallest ones, in rising order).
package struct SavedSuperTuning: Adapter {
  package typealias Method = SuperTuning
  package static let parameterNames = [
    SuperTuning.differences, SuperTuning.positions, SuperTuning.inputFactor,
    SuperTuning.outputFactor,
  ]

  package let resolved: ResolvedModule
  private let differences: [Double]
  /// Nil if they follow from the base.
  private let positions: Positions?
  private let pair: FactorPair?
  private let settings: ModuleSettings

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    differences = try reader.vector(SuperTuning.differences, count: nil)
    positions =
      parameters[SuperTuning.positions] == nil
      ? nil : try reader.positions(SuperTuning.positions, shape: [differences.count])
    var scale = 1.0
    if parameters[SuperTuning.inputFactor] != nil {
      let down = try reader.matrix(SuperTuning.inputFactor, rows: nil, columns: nil)
      let up = try reader.matrix(SuperTuning.outputFactor, rows: nil, columns: down.rows)
      if down.rows == 0 { throw .zeroRank(module: settings.module) }
      scale = try settings.scale(rank: down.rows)
      pair = FactorPair(input: down, output: scale * up)
    } else {
      pair = nil
    }
    self.settings = settings
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: pair?.input.rows,
      alpha: pair == nil ? nil : settings.alpha, scale: scale)
  }

  /// Nil without factors, because the positions do not tell where the weight ends.
  package var shape: MatrixShape? { pair?.shape }

  package var needsBase: Bool { shape == nil || positions == nil }

  package func check(against base: MatrixShape) throws(AdapterError) {
    if let shape, shape != base {
      throw .baseShape(module: settings.module, update: shape, base: base)
    }
    let (count, overflows) = base.rows.multipliedReportingOverflow(by: base.columns)
    guard !overflows, differences.count <= count else {
      throw .coefficientCount(module: settings.module, count: differences.count, base: base)
    }
    try positions?.check(below: count)
  }

  package func weightUpdate(of base: any BaseWeight) throws -> WeightUpdate {
    try checkShape(of: base)
    var update = pair.map { $0.output * $0.input } ?? Matrix(rows: base.rows, columns: base.columns)
    let places = try positions?.values ?? selected(in: base.matrix())
    for (place, difference) in zip(places, differences) { update.values[place] += difference }
    return .dense(update)
  }

  /// The places of the entries that PEFT selects by their size.
  /// - Throws: ``AdapterError/positionsUnknown(module:)`` if two of them, or the last one and the next, are of the
  ///   same size: PEFT's order of these is not known.
  private func selected(in weight: Matrix) throws(AdapterError) -> [Int] {
    let sizes = weight.values.map(abs)
    let selectsLargest = settings.configuration.superTuning.selectsLargest
    let order = sizes.indices.sorted {
      selectsLargest ? sizes[$0] > sizes[$1] : sizes[$0] < sizes[$1]
    }
    let examined = order.prefix(differences.count + 1)
    guard zip(examined, examined.dropFirst()).allSatisfy({ sizes[$0] != sizes[$1] }) else {
      throw .positionsUnknown(module: settings.module)
    }
    return Array(order.prefix(differences.count))
  }
}
