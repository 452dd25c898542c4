/// Super-Tuning: the largest (or smallest) entries of the weight are trained, in the hybrid form Supra with LoRA's
/// factors beside them: ΔW = S + s·BA, s = α/r.
///
/// | tensor | shape | |
/// | --- | --- | --- |
/// | `supertuning_values` | n | the entries of S |
/// | `supertuning_indices` | n | their places in the weight, counted row by row; may be left out |
/// | `supertuning_lora_A.weight`, `supertuning_lora_B.weight` | r × in, out × r | A and B, in Supra only |
///
/// **Source:** arXiv 2607.09287; PEFT, `tuners/supertuning/layer.py`.
package enum SuperTuning: AdapterMethod {
  package static let key = "supertuning"
  package static let summary = "differences of the largest entries, also beside LoRA"
  package static let peftTypes = ["SUPERTUNING"]

  static let differences = "supertuning_values"
  static let positions = "supertuning_indices"
  static let inputFactor = "supertuning_lora_A.weight"
  static let outputFactor = "supertuning_lora_B.weight"
}
