/// The real part of an inverse Fourier transform of few coefficients: ΔW = s · Re F⁻¹(D).
///
/// `fourierft_spectrum` holds n coefficients. Their places in D, which is out × in, are the first n entries of
/// PyTorch's `randperm(out · in)`, drawn from the seed `random_loc_seed`; s is the `scaling` of the configuration.
///
/// **Source:** Gao et al., "Parameter-efficient fine-tuning with discrete Fourier transform", 2024, arXiv 2405.03003,
/// equation 3; PEFT, `tuners/fourierft/layer.py`.
package enum FourierFT: AdapterMethod {
  package static let key = "fourierft"
  package static let summary = "inverse Fourier transform of some trained coefficients"
  package static let peftTypes = ["FOURIERFT"]

  static let spectrum = "fourierft_spectrum"
}
