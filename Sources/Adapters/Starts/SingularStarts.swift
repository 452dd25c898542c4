package import LinearAlgebra

// Starts from exact singular triplets of the base.

/// PiSSA: the r largest singular triplets of W, split evenly: B₀ = Uᵣ√(Σᵣ/s), A₀ = √(Σᵣ/s)Vᵣᵀ. So
/// s·B₀A₀ = UᵣΣᵣVᵣᵀ for every scale.
///
/// **Source:** Meng, Wang, Zhang, "PiSSA: principal singular values and singular vectors adaptation
/// of large language models", 2024, arXiv 2404.02948, equations 2-4.
package struct PiSSAStart: RepeatableStart {
  package static let key = "pissa"
  package static let summary = "largest singular triplets of the base, taken out of it"
  package static let formula = "√(Σ/s)Vᵀ and U√(Σ/s) of the r largest triplets"
  package static let leavesResidual = true

  package init() {}

  package func factors(
    base: any BaseWeight, rank: Int, scale: Double, using generator: inout SplitMix64,
    calibration: Calibration?
  ) throws -> FactorPair {
    FactorPair(splitting: try base.principalTriplets(count: rank), scale: scale)
  }

  /// The triplets of a transposed weight are the same with U and V exchanged, so the layout does not matter.
  package func product(
    of base: any BaseWeight, rank: Int, scale: Double, settings: ModuleSettings
  ) throws -> FactorPair {
    let triplets = try base.principalTriplets(count: rank)
    return FactorPair(
      input: triplets.right.scalingRows(by: triplets.values), output: triplets.left)
  }

  package func isRounding(
    _ pair: FactorPair, of start: FactorPair, in base: any BaseWeight, scale: Double, noise: Double
  ) throws -> Bool {
    try pair.isRounding(of: start, in: base, times: 1, sides: .both, noise: noise)
  }
}

/// MiLoRA: the r smallest of the min(in, out) singular triplets of W, split evenly.
///
/// Differs from the published code, which does not divide the singular values by s and is therefore right
/// only for α = r. Here s·B₀A₀ is the sum of the triplets for every scale.
///
/// **Source:** Wang et al., "MiLoRA: harnessing minor singular components for parameter-efficient LLM
/// finetuning", 2024, arXiv 2406.09044, section 3.
package struct MiLoRAStart: FactorStart {
  package static let key = "milora"
  package static let summary = "smallest singular triplets of the base, taken out of it"
  package static let formula = "√(Σ/s)Vᵀ and U√(Σ/s) of the r smallest triplets"
  package static let leavesResidual = true

  package init() {}

  package func factors(
    base: any BaseWeight, rank: Int, scale: Double, using generator: inout SplitMix64,
    calibration: Calibration?
  ) throws -> FactorPair {
    FactorPair(
      splitting: try SingularTriplets(of: base.matrix()).trailing(rank), scale: scale)
  }
}

/// The r singular triplets in the middle of the spectrum of W, split evenly. They lie between those of PiSSA and
/// MiLoRA, for studies that separate the place of a start in the spectrum from its size.
package struct MiddleStart: FactorStart {
  package static let key = "middle"
  package static let summary =
    "singular triplets of the middle of the spectrum, taken out of the base"
  package static let formula = "√(Σ/s)Vᵀ and U√(Σ/s) of the r middle triplets"
  package static let leavesResidual = true

  package init() {}

  package func factors(
    base: any BaseWeight, rank: Int, scale: Double, using generator: inout SplitMix64,
    calibration: Calibration?
  ) throws -> FactorPair {
    let triplets = try SingularTriplets(of: base.matrix())
    let first = (triplets.values.count - rank) / 2
    return FactorPair(splitting: triplets.slice(first..<first + rank), scale: scale)
  }
}

/// RLPO: A₀ is the r leading right singular vectors of W, B₀ is zero.
///
/// **Source:** RLPO and RLMO, 2026, arXiv 2606.31813.
package struct RLPOStart: FactorStart {
  package static let key = "rlpo"
  package static let summary = "A the leading right singular vectors of the base, B zero"
  package static let formula = "A = Vᵣᵀ of the r largest, B = 0"

  package init() {}

  package func factors(
    base: any BaseWeight, rank: Int, scale: Double, using generator: inout SplitMix64,
    calibration: Calibration?
  ) throws -> FactorPair {
    FactorPair(input: try base.principalTriplets(count: rank).right, outputs: base.rows)
  }
}

/// RLMO: A₀ is the last r of the min(in, out) right singular vectors of W, B₀ is zero.
///
/// **Source:** RLPO and RLMO, 2026, arXiv 2606.31813.
package struct RLMOStart: FactorStart {
  package static let key = "rlmo"
  package static let summary = "A the last right singular vectors of the base, B zero"
  package static let formula = "A = Vᵣᵀ of the r smallest, B = 0"

  package init() {}

  package func factors(
    base: any BaseWeight, rank: Int, scale: Double, using generator: inout SplitMix64,
    calibration: Calibration?
  ) throws -> FactorPair {
    FactorPair(
      input: try SingularTriplets(of: base.matrix()).trailing(rank).right, outputs: base.rows)
  }
}
