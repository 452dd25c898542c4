import ArgumentParser

/// What `--alpha` may be.
enum AlphaOption {
  static func validate(_ alpha: Double?) throws {
    guard let alpha, !(alpha.isFinite && alpha != 0) else { return }
    throw ValidationError("--alpha must be a number other than 0.")
  }
}
