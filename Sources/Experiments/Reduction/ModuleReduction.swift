import Adapters
import Checkpoints
import LinearAlgebra
import Spectra
import Updates

/// The work on one module: its spectrum, its factors, and what the storage type takes of them.
struct ModuleReduction: Sendable {
  let part: ReductionParts.Factored
  let options: ReductionOptions

  /// All singular values of the update.
  func spectrum() throws -> Spectrum {
    try naming { try form().spectrum(base: basePanels) }
  }

  /// A module's factors and their spectrum.
  struct Result: Sendable {
    let spectrum: Spectrum
    /// Nil for rank 0.
    let module: LowRankModule?
    let rounding: ReducedModule.Rounding?
  }

  /// The best factors of a rank.
  /// - Parameters:
  ///   - rank: How many directions are kept of a spectrum.
  ///   - filling: With how many rows and columns of zeros; nil to add none.
  func factors(to rank: (Spectrum) throws -> Int, filling: Int? = nil) throws -> Result {
    if options.keepsFactors, let kept = try keptFactors() { return kept }
    let truncated = try naming { try form().truncated(base: basePanels, to: rank) }
    guard truncated.rank > 0 else {
      return Result(spectrum: truncated.spectrum, module: nil, rounding: nil)
    }
    let pair =
      part.isTransposed
      ? FactorPair(input: truncated.left.transposed(), output: truncated.right.transposed())
      : FactorPair(input: truncated.right, output: truncated.left)
    let filled = filling.map { pair.filled(to: $0) } ?? pair
    return try finished(filled, alpha: Double(filled.input.rows), truncated.spectrum)
  }

  /// The factors as they are, for an update that is a product of them; nil for another one.
  private func keptFactors() throws -> Result? {
    guard case .adapter = part.update.source,
      case .factored(let left, let right) = try part.update.update()
    else { return nil }
    let rank = left.columns
    let pair =
      part.isTransposed
      ? FactorPair(input: left.transposed(), output: right.transposed())
      : FactorPair(input: right, output: left)
    // Undone, the scale leaves the very numbers of the file: doubles have digits to spare.
    let scale = part.update.resolved.flatMap { $0.rank == rank ? $0.scale : nil } ?? 1
    let own = FactorPair(
      input: pair.input,
      output: Matrix(
        rows: pair.output.rows, columns: rank, values: pair.output.values.map { $0 / scale }))
    return try finished(own, alpha: scale * Double(rank), spectrum())
  }

  /// Says of which module numbers are not finite.
  private func naming<Value>(_ work: () throws -> Value) throws -> Value {
    do {
      return try work()
    } catch LinearAlgebraError.notFinite, SpectraError.notFinite {
      throw ReductionError.notFinite(module: part.name)
    }
  }

  private func finished(
    _ pair: FactorPair, alpha: Double, _ spectrum: Spectrum
  ) throws -> Result {
    let type = options.type ?? .float32
    let stored = FactorPair(
      input: try rounded(pair.input, to: type), output: try rounded(pair.output, to: type))
    let rank = pair.input.rows
    return Result(
      spectrum: spectrum,
      module: LowRankModule(name: part.name, kind: part.kind, factors: stored, alpha: alpha),
      rounding: type == .float32
        ? nil
        : try ReducedModule.Rounding(
          pair, stored, norm: spectrum.norm / (alpha / Double(rank))))
  }

  private func rounded(_ matrix: Matrix, to type: DataType) throws -> Matrix {
    let values = type.rounded(matrix.values)
    guard values.allSatisfy(\.isFinite) || !matrix.isFinite else {
      throw ReductionError.overflow(tensor: part.name, type: type.name)
    }
    return Matrix(rows: matrix.rows, columns: matrix.columns, values: values)
  }

  private var basePanels: StoredPanels? { part.update.base.map { StoredPanels($0) } }

  private func form() throws -> UpdateForm {
    switch (part.update.source, basePanels) {
    case (.adapted(let after), let base?):
      UpdateForm(
        streaming: DifferencePanels(after: StoredPanels(after), before: base),
        roundoff: max(
          after.storageType.unitRoundoff, part.update.base?.storageType.unitRoundoff ?? 0))
    case (_, let base?): try UpdateForm(part.update.update(), base: base)
    case (_, nil): try UpdateForm(part.update.update())
    }
  }
}

extension FactorPair {
  /// The same product with more rows and columns, which are zero.
  fileprivate func filled(to rank: Int) -> FactorPair {
    let missing = rank - input.rows
    guard missing > 0 else { return self }
    return FactorPair(
      input: .stackedRows([input, Matrix(rows: missing, columns: input.columns)]),
      output: .stackedColumns([output, Matrix(rows: output.rows, columns: missing)]))
  }
}

extension ReducedModule.Rounding {
  /// - Parameters:
  ///   - exact: The factors before they are rounded.
  ///   - stored: The same as they are stored.
  ///   - norm: That of the whole update without its scale.
  fileprivate init(_ exact: FactorPair, _ stored: FactorPair, norm: Double) throws {
    let entries = zip(
      exact.input.values + exact.output.values, stored.input.values + stored.output.values
    ).filter { $0.0 != 0 }
    let count = Double(max(entries.count, 1))
    exactShare = Double(entries.count { $0 == $1 }) / count
    zeroShare = Double(entries.count { $1 == 0 }) / count
    guard exact != stored, norm > 0 else {
      error = 0
      return
    }
    // B̃Ã − BA as one product, of which only the small core is decomposed.
    let difference = UpdateForm(
      .factored(
        left: .stackedColumns([stored.output, -1 * exact.output]),
        right: .stackedRows([stored.input, exact.input])))
    error = try difference.spectrum(base: nil).norm / norm
  }
}
