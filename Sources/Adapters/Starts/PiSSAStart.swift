public import LinearAlgebra

/// The leading r singular triplets of the base: s·B₀A₀ = UᵣΣᵣVᵣᵀ, whatever the scale.
///
/// PEFT splits it as B₀ = Uᵣ√(Σᵣ/s), A₀ = √(Σᵣ/s)Vᵣᵀ. The triplets of a transposed weight are the
/// same with U and V exchanged, so the layout does not matter.
///
/// **Source:** Meng, Wang, Zhang, "PiSSA: principal singular values and singular vectors adaptation
/// of large language models", 2024, arXiv 2404.02948, equations 2-4.
public struct PiSSAStart: LoRAStart {
  public static let name = "pissa"
  public static let summary = "leading singular triplets of the base"

  public init() {}

  public func product(
    of base: any BaseWeight, rank: Int, scale: Double, settings: ModuleSettings
  ) throws -> StartProduct {
    let triplets = try base.principalTriplets(count: rank)
    var right = triplets.right
    for row in 0..<right.rows {
      for column in 0..<right.columns { right[row, column] *= triplets.values[row] }
    }
    return StartProduct(left: triplets.left, right: right)
  }
}
