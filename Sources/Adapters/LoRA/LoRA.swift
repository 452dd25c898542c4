/// Low-rank adaptation: W₊ = W + s·BA, s = α/r or α/√r. With rank 1, A and B are vectors.
///
/// | tensors | shape |
/// | --- | --- |
/// | `lora_A.weight`, `lora_B.weight` | r × in, out × r |
/// | the same of a convolution | r × in × k…, out × r × 1… |
/// | `lora_embedding_A`, `lora_embedding_B` | r × V, D × r |
/// | `lora_B.bias`, a bias of B | out |
///
/// BD-LoRA saves only the blocks of a block-diagonal A or B, one below the other. MonteCLoRA and VeLoRA save further
/// tensors that only training uses: PEFT merges s·BA.
///
/// **Source:** Hu et al., "LoRA: low-rank adaptation of large language models", 2021,
/// arXiv 2106.09685, equation 3; α/√r: Kalajdzievski, "A rank stabilization scaling factor for
/// fine-tuning with LoRA", 2023, arXiv 2312.03732, theorem 3.2.
package enum LoRA: AdapterMethod {
  package static let key = "lora"
  package static let summary = "product of two thin matrices, scaled by alpha/r"
  package static let peftTypes = ["LORA"]

  /// A of a linear layer or a convolution.
  package static let inputFactor = "lora_A.weight"
  /// B of a linear layer or a convolution.
  package static let outputFactor = "lora_B.weight"
  package static let embeddingInputFactor = "lora_embedding_A"
  package static let embeddingOutputFactor = "lora_embedding_B"
  package static let outputBias = "lora_B.bias"
  static let factors = [
    inputFactor, outputFactor, embeddingInputFactor, embeddingOutputFactor,
  ]

  /// Tensors of MonteCLoRA and VeLoRA, which do not change the update.
  static let trainingState =
    ["std_prior", "expert_weights_prior", "gaussian_var_prior", "expert_weights"]
    .map { "lora_monteclora_sampler.\($0)" } + ["lora_velora_embed"]

  /// The indices of A and B among the parameters of every method that trains them.
  static let input = 0
  static let output = 1

  /// s: α/r, or α/√r if the scaling is rank-stabilised.
  /// - Precondition: The rank is at least 1.
  static func scale(alpha: Double, rank: Int, isRankStabilized: Bool) -> Double {
    alpha / (isRankStabilized ? Double(rank).squareRoot() : Double(rank))
  }
}
