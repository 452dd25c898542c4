/// Blocks that are circulant matrices: ΔW[i·b + p, j·b + q] = k[i, j, (q − p) mod b]/in.
///
/// `c3a_kernel` is out/b × in/b × b.
///
/// **Source:** Chen et al., "Parameter-efficient fine-tuning via circular convolution", 2024, arXiv 2407.19342; the
/// division by in is PEFT's (`tuners/c3a/layer.py`).
package enum C3A: AdapterMethod {
  package static let key = "c3a"
  package static let summary = "blocks that are circulant matrices"
  package static let peftTypes = ["C3A"]

  static let kernel = "c3a_kernel"
}
