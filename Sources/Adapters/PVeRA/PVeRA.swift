/// Probabilistic VeRA: λ_d and A have 2r rows, the first r for the mean of a normal distribution and the others for the
/// logarithm of its variance. The update is that of the mean, which PEFT merges and uses for inference.
///
/// | tensor | shape | |
/// | --- | --- | --- |
/// | `pvera_lambda_b` | out | scales rows of B |
/// | `pvera_lambda_d` | 2r | scales rows of A |
/// | `pvera_A`, shared | 2r × largest in | |
/// | `pvera_B`, shared | largest out × r | |
///
/// **Source:** "PVeRA: probabilistic vector-based random matrix adaptation", 2025, arXiv 2512.07703; PEFT,
/// `tuners/pvera/layer.py`.
package enum PVeRA: AdapterMethod {
  package static let key = "pvera"
  package static let summary = "VeRA whose inner activations are random; the mean is the update"
  package static let peftTypes = ["PVERA"]

  static let outputScale = "pvera_lambda_b"
  static let innerScale = "pvera_lambda_d"
  static let inputProjection = "pvera_A"
  static let outputProjection = "pvera_B"
}
