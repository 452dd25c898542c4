import Documents
import LinearAlgebra

/// Rotations of blocks of the inputs: W₊ = W · diag(R₁, R₂, …)ᵀ; of an embedding W₊ = W · diag(R₁, R₂, …).
///
/// | tensor | shape |
/// | --- | --- |
/// | `oft_R.weight` | n × b(b − 1)/2: for each block the entries of a skew-symmetric Q above its diagonal |
/// | `oft_embedding_R.weight` | the same of an embedding, whose columns are rotated |
///
/// n·b is the width of W (for a convolution in · kernel); with `block_share` n = 1, and every block has this rotation.
///
/// | option | R |
/// | --- | --- |
/// | `use_cayley_neumann` (the default) | I + 2Q + 2Q² + … + 2Qᵗ⁻² + Qᵗ⁻¹, t = `num_cayley_neumann_terms` |
/// | the same, saved by PEFT before 0.18 | I + 2Q + 2Q² + … + 2Qᵗ⁻¹ |
/// | else | (I − Q)(I + Q)⁻¹ |
/// | `coft` | as above, after ‖Q‖ (Frobenius) was cut to `eps`/√n |
///
/// The update is that of PEFT's merge. PEFT's forward pass of a convolution larger than 1 × 1 sums overlapping patches
/// instead and is no convolution with any weight.
///
/// **Source:** Qiu et al., "Controlling text-to-image diffusion by orthogonal finetuning", 2023, arXiv 2306.07280; the
/// series: Qiu et al., "Orthogonal finetuning made scalable", 2025, arXiv 2506.19847; PEFT
/// `tuners/oft/layer.py`.
package enum OFT: AdapterMethod {
  package static let key = "oft"
  package static let summary = "rotations of blocks of the inputs"
  package static let peftTypes = ["OFT"]

  static let rotation = "oft_R.weight"
  static let embeddingRotation = "oft_embedding_R.weight"
  /// Before PEFT 0.16 the blocks themselves, in another parametrisation.
  static let formerBlocks = "oft_r"
}

/// The options of OFT.
struct OFTOptions {
  let map: CayleyMap
  let isShared: Bool
  /// The largest norm of all Q together; nil without `coft`.
  let bound: Double?

  init(_ reader: FieldReader) throws(AdapterError) {
    map = try CayleyMap(
      reader, usesSeries: reader.boolean("use_cayley_neumann") ?? true,
      halvesLast: Self.halvesLastTerm(peftVersion: reader.string("peft_version")))
    isShared = try reader.boolean("block_share") ?? false
    let epsilon = try reader.double("eps") ?? 6e-5
    bound = try reader.boolean("coft") ?? false ? epsilon : nil
  }

  /// Whether this version of PEFT, written since 0.18, gives the last term of the series the weight 1 and not 2.
  private static func halvesLastTerm(peftVersion: String?) -> Bool {
    let parts = (peftVersion ?? "").split(separator: ".").prefix(2).map { Int($0) ?? 0 }
    return parts.count == 2 && (parts[0], parts[1]) >= (0, 18)
  }
}

extension CayleyMap {
  /// The map that `num_cayley_neumann_terms` describes, if the series is used.
  init(_ reader: FieldReader, usesSeries: Bool, halvesLast: Bool) throws(AdapterError) {
    let key = "num_cayley_neumann_terms"
    let terms = try reader.integer(key) ?? 5
    guard terms <= Self.mostTerms else {
      throw .field(key: key, expected: "at most \(Self.mostTerms)", found: "\(terms)")
    }
    self = usesSeries ? .series(terms: terms, halvesLast: halvesLast) : .exact
  }
}
