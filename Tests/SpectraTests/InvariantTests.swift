import LinearAlgebra
import Spectra
import Testing

/// Inequalities and invariances that hold for every base and every update.
@Suite("Invariants") struct InvariantTests {
  struct Draw: CustomTestStringConvertible, Sendable {
    let rows: Int, columns: Int, rank: Int, scale: Double, seed: UInt64
    var testDescription: String { "\(rows)×\(columns), rank \(rank), scale \(scale)" }

    func make() -> (base: Matrix, update: Matrix) {
      var generator = SplitMix64(seed: seed)
      let base = trainedLikeMatrix(rows: rows, columns: columns, using: &generator)
      let update =
        scale * generator.gaussianMatrix(rows: rows, columns: rank)
        * generator.gaussianMatrix(rows: rank, columns: columns)
      return (base, update)
    }
  }

  static let draws: [Draw] = [(20, 14), (14, 20), (18, 18)].flatMap { rows, columns in
    [1, 3, 14].flatMap { rank in
      [1e-6, 1e-3, 0.3].map { scale in
        Draw(
          rows: rows, columns: columns, rank: rank, scale: scale,
          seed: UInt64(rows * 31 + rank * 7) + UInt64(scale * 1e7))
      }
    }
  }

  /// Rounding of a singular value of the base by the Gram route: ε σ₁² / σ_p, σ₁ = 1, σ_p > 0.2.
  static let rounding = 1e-13

  @Test(arguments: draws)
  func `no singular value moves further than the update's spectral norm (Weyl)`(draw: Draw) throws {
    let (base, update) = draw.make()
    let change = try #require(try measure(base: base, update: .dense(update)))
    let adapted = try #require(change.adapted)
    for (one, other) in zip(adapted.values, change.base.values) {
      #expect(abs(one - other) <= change.update.largest + Self.rounding)
    }
  }

  @Test(arguments: draws)
  func `the spectral shift is at most the relative update norm (Mirsky)`(draw: Draw) throws {
    let (base, update) = draw.make()
    let change = try #require(try measure(base: base, update: .dense(update)))
    let shift = try #require(NormalizedSpectralShift.value(of: change))
    let relative = try #require(RelativeUpdateNorm.value(of: change))
    #expect(shift <= relative + Self.rounding)
    let drift = try #require(SpectralDriftShare.value(of: change))
    #expect(drift >= 0 && drift <= 1 + Self.rounding / change.update.energy.squareRoot())
  }

  @Test func `the sine of the largest angle is at most update over gap (Wedin)`() throws {
    var count = 0
    for draw in Self.draws {
      let (base, update) = draw.make()
      let change = try #require(try measure(base: base, update: .dense(update), topCount: 4))
      let adapted = try #require(change.adapted)
      let angles = try #require(change.angles)
      // The gap of Wedin's theorem: from σ_K of one matrix to σ_{K+1} of the other.
      let gap = adapted.values[3] - change.base.values[4]
      guard gap > 0 else { continue }
      count += 1
      let bound = change.update.largest / gap
      for side in [angles.left, angles.right] {
        let cosine = try #require(side.cosines.last)
        let sine = max(0, 1 - cosine * cosine).squareRoot()
        // The sine of a rounded cosine resolves nothing below √ε.
        #expect(sine <= bound + 1e-6, "\(draw.testDescription)")
      }
    }
    // The theorem says nothing about the other draws.
    #expect(count >= Self.draws.count / 2)
  }

  @Test(arguments: draws)
  func `energies over the projection's bins sum to one`(draw: Draw) throws {
    let (base, update) = draw.make()
    let analysis = try analyze(base, update)
    for column: KeyPath<ProjectionBin, Double> in [
      \.baseEnergy, \.updateEnergyRight, \.updateEnergyLeft, \.nullEnergyRight, \.nullEnergyLeft,
    ] {
      let sum = analysis.projection.reduce(0) { $0 + $1[keyPath: column] }
      #expect(abs(sum - 1) <= 1e-12)
    }
  }

  @Test(arguments: draws)
  func `no metric changes with the basis of inputs and outputs`(draw: Draw) throws {
    let (base, update) = draw.make()
    var generator = SplitMix64(seed: draw.seed + 1)
    let left = generator.orthonormalFrame(rows: draw.rows, columns: draw.rows)
    let right = generator.orthonormalFrame(rows: draw.columns, columns: draw.columns)
    let original = try analyze(base, update).metrics
    let rotated = try analyze(left * base * right, left * update * right).metrics
    // These look at single entries, which a rotation changes.
    let ofEntries: Set = [
      "bf16_update_sparsity", "principal_mask_overlap", "low_magnitude_mask_overlap",
      "storage_survival", "power_law_alpha_farms", "power_law_alpha", "power_law_distance",
    ]
    for (name, value) in original where !ofEntries.contains(name) {
      let other = try #require(rotated[name], "\(name) is missing after a rotation")
      // Small updates of a Float64 base are known to ε/‖ΔW‖; angles to √ε radians.
      let bound = (name.contains("angle") ? 1e-5 : 1e-8) + 1e-14 / draw.scale
      #expect(abs(other - value) <= bound * max(1, abs(value)), "\(name)")
    }
  }

  @Test(arguments: draws)
  func `metrics keep their ranges`(draw: Draw) throws {
    let (base, update) = draw.make()
    let values = try analyze(base, update).metrics
    let p = Double(min(draw.rows, draw.columns))
    for (name, range) in [
      ("stable_rank", 1...p), ("effective_rank", 1...p), ("participation_ratio", 1...p),
      ("spectral_entropy", 0...1), ("top_share", 0...1), ("head_share_right", 0...1),
      ("head_share_left", 0...1), ("head_share_two_sided", 0...1), ("tail_share_left", 0...1),
      ("principal_half_share", 0...1), ("energy_center_right", 0...1),
      ("subspace_overlap_left", 0...1), ("cosine_to_base", -1...1), ("intruder_count", 0...10),
      ("task_direction_share", 0...1), ("task_direction_index", 0...p - 1),
    ] {
      let value = try #require(values[name], "\(name)")
      #expect(
        value >= range.lowerBound - 1e-9 && value <= range.upperBound + 1e-9, "\(name) = \(value)")
    }
  }

  private func analyze(_ base: Matrix, _ update: Matrix) throws -> ModuleAnalysis {
    let reference = DenseReference(base)
    let identity = ModuleIdentity(
      run: "run", method: "full", seed: nil, step: 1, module: "layers.0.q_proj", rows: base.rows,
      columns: base.columns)
    return try ModuleAnalyzer(options: AnalysisOptions(topCount: 4)).analyze(
      identity, UpdateForm(.dense(update), base: reference.panels), of: reference)
  }
}
