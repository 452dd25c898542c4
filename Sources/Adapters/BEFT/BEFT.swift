/// Trained biases: b₊ = b + `beft_bias` (1 × out). No weight changes.
///
/// **Source:** PEFT, `tuners/beft/layer.py`.
package enum BEFT: AdapterMethod {
  package static let key = "beft"
  package static let summary = "differences of biases"
  package static let peftTypes = ["BEFT"]

  static let difference = "beft_bias"
}
