import LinearAlgebra

/// A rotation between the principal singular directions of W: ΔW = U F (M − I) G Vᵀ, where W ≈ U Σ Vᵀ of rank r.
///
/// | tensor | shape | what it is |
/// | --- | --- | --- |
/// | `psoft_R.weight` | r(r − 1)/2 | the entries of a skew-symmetric Q above its diagonal |
/// | `psoft_R.weight`, without `psoft_orth` | r × r | R itself |
/// | `psoft_R.vector_a`, `psoft_R.vector_b` | r | a and b, if they are trained |
///
/// M = diag(b) R diag(a), R = (I + Q)(I − Q)⁻¹. With `use_cayley_neumann` R is the series of OFT, and Q is shortened to
/// the norm `cayley_neumann_eps` if that is set. F = Σ and G = I for `ab_svd_init` `psoft_init`, F = G = √Σ for
/// `pissa_init`. The scale cancels.
///
/// The file holds neither U nor V: PEFT decomposes the base again when it loads it. The signs of singular vectors are
/// whatever its LAPACK gives, which differs between machines and precisions, so PEFT itself does not always load the
/// model that was trained. Here the largest entry of each column of U is positive. Other signs change single entries of
/// ΔW, but not its norm, its singular values, its product with W, or how much of it lies in which directions of W.
///
/// **Source:** Wu et al., "Efficient orthogonal fine-tuning with principal subspace adaptation", 2025, arXiv
/// 2505.11235; PEFT `tuners/psoft/layer.py`.
package enum PSOFT: AdapterMethod {
  package static let key = "psoft"
  package static let summary = "rotation between the principal singular directions of the base"
  package static let peftTypes = ["PSOFT"]

  static let rotation = "psoft_R.weight"
  static let inputFactors = "psoft_R.vector_a"
  static let outputFactors = "psoft_R.vector_b"

  /// Where the singular values stand.
  enum Placement { case left, split }
}

/// The options of PSOFT.
struct PSOFTOptions {
  let map: CayleyMap
  /// Whether R is a rotation; else it is saved whole.
  let isOrthogonal: Bool
  let placement: PSOFT.Placement
  /// The largest norm of Q; nil for none.
  let bound: Double?

  init(_ reader: FieldReader) throws(AdapterError) {
    if try reader.string("psoft_svd") ?? "full" != "full" {
      throw .inexactOption(
        "'psoft_svd' other than 'full'", peftType: "PSOFT",
        reason: "its singular vectors were found by a random method and are not in the file;"
          + " merge it with PEFT and give the merged model")
    }
    let usesSeries = try reader.boolean("use_cayley_neumann") ?? false
    map = try CayleyMap(reader, usesSeries: usesSeries, halvesLast: true)
    isOrthogonal = try reader.boolean("psoft_orth") ?? true
    placement =
      try reader.choice(
        "ab_svd_init", ["psoft_init": PSOFT.Placement.left, "pissa_init": .split]) ?? .left
    bound = usesSeries ? try reader.double("cayley_neumann_eps") : nil
  }
}
