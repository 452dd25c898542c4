/// One step of an inverse wavelet transform of few coefficients: ΔW = s · W⁻¹(D).
///
/// `waveft_spectrum` holds n coefficients. Their places in D, which is out × in, are the first n entries of
/// PyTorch's `randperm(out · in)`, drawn from the seed `random_loc_seed`; s is the `scaling` of the configuration.
/// Without `use_idwt`, ΔW = s · D.
///
/// **Source:** Bilican et al., "Exploring sparsity for parameter efficient fine tuning using wavelets", 2025,
/// arXiv 2505.12532; PEFT, `tuners/waveft/layer.py` and `waverec2d.py`.
package enum WaveFT: AdapterMethod {
  package static let key = "waveft"
  package static let summary = "inverse wavelet transform of some trained coefficients"
  package static let peftTypes = ["WAVEFT"]

  static let spectrum = "waveft_spectrum"
}

/// The filters of one step of reconstruction.
struct Wavelet: Sendable {
  let low: [Double]
  /// The low-pass filter backwards, with alternating signs.
  let high: [Double]

  /// Nil for a name that PEFT does not compute.
  init?(name: String) {
    guard let filter = WaveletFilters.table[name] else { return nil }
    let factor = name.hasPrefix("coif") ? (2.0).squareRoot() : 1
    low = filter.map { factor * $0 }
    high = low.reversed().enumerated().map { $0.isMultiple(of: 2) ? $1 : -$1 }
  }
}
