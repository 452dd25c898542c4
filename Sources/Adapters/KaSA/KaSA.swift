/// Knowledge-aware singular-value adaptation: W₊ = W_{k−r} + s·B·diag(d)·A, where W_{k−r} is the base without its r
/// smallest singular triplets (k is the smaller size of the weight).
///
/// The tensors are those of ``LoRA`` and `lora_diag` (r), which holds d. Training takes the triplets out of the base; a
/// base in a file still has them, so they are part of the update.
///
/// **Source:** Wang et al., "KaSA: knowledge-aware singular-value adaptation of large language models", 2024,
/// arXiv 2412.06071, equations 5 and 8; PEFT, `tuners/lora/variants.py`.
package enum KaSA: AdapterMethod {
  package static let key = "kasa"
  package static let summary = "LoRA with trained singular values, in place of the base's smallest"
  package static let peftTypes = ["LORA"]

  static let values = "lora_diag"
}
