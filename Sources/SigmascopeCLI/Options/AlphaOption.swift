import ArgumentParser

/// What `--alpha` may be.
enum AlphaOption {
  /// The option on a command line, with its value if it has one.
  static func arguments(_ alpha: Double?) -> [String] { alpha.map { ["--alpha", "\($0)"] } ?? [] }

  static func validate(_ alpha: Double?) throws {
    guard let alpha, !(alpha.isFinite && alpha != 0) else { return }
    throw ValidationError("--alpha must be a number other than 0.")
  }
}
