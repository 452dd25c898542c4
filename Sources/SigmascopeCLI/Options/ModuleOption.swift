import ArgumentParser

/// `--modules`: a regular expression that names of modules match.
enum ModuleOption {
  static func validate(_ pattern: String?) throws {
    if let pattern, (try? Regex(pattern)) == nil {
      throw ValidationError("--modules '\(pattern)' is not a regular expression.")
    }
  }

  /// Whether a name matches; without a pattern each does.
  /// - Parameter pattern: One that ``validate(_:)`` has passed.
  static func selection(_ pattern: String?) -> @Sendable (_ name: String) -> Bool {
    guard let pattern else { return { _ in true } }
    return { name in
      // Made anew for each name: an expression cannot be shared between threads.
      guard let expression = try? Regex(pattern) else {
        preconditionFailure("the pattern was checked")
      }
      return name.contains(expression)
    }
  }
}
