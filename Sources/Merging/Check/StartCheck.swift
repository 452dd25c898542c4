import Adapters
package import Checkpoints
import LinearAlgebra
import Updates

/// Whether a residual base and the adapter of step 0 make the base together: R + s·B₀A₀ = W, as PiSSA, MiLoRA, OLoRA and
/// CorDA want it.
package struct StartCheck: Sendable {
  private let units: [MergeUnit]
  private let residual: MergedWeights
  private let isRandomized: Bool

  /// - Parameters:
  ///   - base: The pretrained model.
  ///   - residual: What the start left of it.
  ///   - adapter: The adapter before training.
  ///   - alpha: In place of that of the adapter's configuration.
  /// - Throws: ``MergeError``; what reading throws.
  package init(
    base: ModelFolder, residual: MergeInput, adapter: MergeInput, alpha: Double? = nil
  ) throws {
    try residual.requireModel()
    try adapter.requireAdapter()
    let updates = try adapter.updates(of: base, alpha: alpha, isAlone: true)
    // Only a product of factors can be a start.
    units = updates.modules.filter { $0.resolved?.rank != nil }
      .compactMap { MergeUnit($0.withoutStart ?? $0) }
    if units.isEmpty { throw MergeError.nothingToMerge(adapter: adapter.path) }
    self.residual = try MergedWeights(of: residual, base: base)
    isRandomized = updates.findings.contains {
      if case .startApproximated = $0 { true } else { false }
    }
  }

  /// Compares all weights.
  /// - Parameter jobs: How many at once.
  /// - Throws: What reading throws; `CancellationError`.
  package func report(jobs: Int) async throws -> CheckReport {
    let (own, residual, isRandomized) = (units, residual, isRandomized)
    var weights = try await ParallelMap.map(
      own.sorted { $0.entryCount > $1.entryCount }, jobs: jobs
    ) { unit in
      guard let weight = residual.weight(of: unit) else {
        return CheckedWeight(unit.name, .fault(.missing))
      }
      return try StartedWeight.checked(unit, residual: weight, isRandomized: isRandomized)
    }
    weights += try await residual.faults(besides: own, jobs: jobs)
    weights.sort { $0.name < $1.name }
    let conclusion = CheckConclusion(ofStarts: weights)
    return CheckReport(
      conclusion: conclusion.conclusion, fault: conclusion.fault, headline: conclusion.headline,
      weights: weights, findings: residual.findings)
  }
}

/// One weight of a residual base.
private struct StartedWeight {
  let unit: MergeUnit
  let residual: StoredMatrix
  let base: LoadedBase
  let isRandomized: Bool
  /// s·B₀A₀.
  let product: WeightUpdate

  /// The verdict on a weight: the better one, if its type is not the base's.
  static func checked(
    _ unit: MergeUnit, residual: StoredMatrix, isRandomized: Bool
  ) throws -> CheckedWeight {
    let product =
      try unit.module?.update() ?? .zero(rows: unit.base.rows, columns: unit.base.columns)
    return try CheckedWeight.better(unit, read: residual) { type in
      let started = StartedWeight(
        unit: unit, residual: residual, base: unit.loaded(in: type), isRandomized: isRandomized,
        product: product)
      let scan = try MergeScan(
        residual, base: started.base,
        update: UpdateRows(product.negated, rows: unit.base.rows, columns: unit.base.columns),
        slack: 0x1p-18)
      return (try started.verdict(scan), scan)
    }
  }

  private func verdict(_ scan: MergeScan) throws -> MergeVerdict {
    if scan.nonFinite > 0 { return .fault(.notFinite(scan.nonFinite)) }
    if scan.updated == 0 {
      return scan.unchanged == scan.entries ? .nothing : .fault(.unexpected)
    }
    if scan.explains(1) { return scan.explains(0) ? .inconclusive : .rounding }
    if scan.explains(0) { return .fault(.start(.notSubtracted)) }
    if let strength = scan.strength { return .fault(.start(.strength(strength))) }
    return .fault(try fault(scan))
  }

  private func fault(_ scan: MergeScan) throws -> MergeFault {
    let missing = { (panel: Range<Int>) in
      zip(try base.values(panel), try residual.values(rows: panel)).map { $0 - $1 }
    }
    guard
      try LowRankTest.holds(unit.base, rounding: scan.roundingEnergy, difference: missing)
    else { return .unexplained(distance: scan.residual ?? .infinity) }
    let cosine = scan.cosine
    if cosine > 0.5 {
      return .start(isRandomized ? .redrawn(cosine: cosine) : .moved(cosine: cosine))
    }
    let rank = unit.resolved?.rank ?? 1
    let all = Matrix(
      rows: unit.base.rows, columns: unit.base.columns, values: try missing(0..<unit.base.rows))
    let held = try SingularBlock(product: product, rank: rank, base: unit.base)
    let lacked = try SingularBlock(product: .dense(all), rank: rank, base: unit.base)
    if let held, let lacked, held.isReproduced, lacked.isReproduced, held.part != lacked.part {
      return .start(.otherPart(missing: lacked.part))
    }
    return .start(.another(cosine: cosine))
  }
}

extension CheckConclusion {
  /// What the verdicts on the weights of a residual base come to.
  fileprivate init(ofStarts weights: [CheckedWeight]) {
    let faulty = weights.filter { $0.verdict.fault != nil }
    let shown = weights.count { $0.verdict == .rounding }
    let unclear = weights.filter { $0.verdict == .inconclusive }
    if let first = faulty.first?.verdict.fault {
      let place =
        faulty.count == weights.count
        ? "in all of \(Self.counted(weights.count, "weight"))"
        : "in \(faulty.count) of \(Self.counted(weights.count, "weight")) (\(Self.names(faulty)))"
      self.init(conclusion: .fault, fault: first.key, headline: "\(place), \(first)")
    } else if shown == 0 || !unclear.isEmpty {
      self.init(
        conclusion: .inconclusive, fault: nil,
        headline: unclear.isEmpty
          ? "inconclusive: the product of the factors is zero, so there is nothing to take off"
          : "inconclusive: rounding is coarser than the start in \(Self.names(unclear))")
    } else {
      self.init(
        conclusion: .pass, fault: nil,
        headline:
          "residual and adapter make the base in \(Self.counted(shown, "weight")), but for rounding"
      )
    }
  }
}
