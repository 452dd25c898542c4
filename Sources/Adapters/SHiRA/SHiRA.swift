/// Sparse high-rank adaptation: some entries of the weight are trained.
///
/// `shira_weight` (n) holds what is added to the entries whose rows and columns are in `shira_indices` (2 × n).
///
/// **Source:** Bhardwaj et al., "Sparse high rank adapters", 2024, arXiv 2406.13175; PEFT, `tuners/shira/layer.py`.
package enum SHiRA: AdapterMethod {
  package static let key = "shira"
  package static let summary = "differences of some entries of the weight"
  package static let peftTypes = ["SHIRA"]

  static let differences = "shira_weight"
  static let positions = "shira_indices"
}
