/// Which modules an option names: a list of names, or one regular expression.
public enum ModuleNames: Sendable, Equatable {
  /// Names a module if its name is one of these, or ends in `.` and one of these.
  case names([String])
  /// Names a module if the expression matches its whole name.
  case expression(String)

  /// The names (or the expression) that match none of the modules.
  /// - Throws: ``AdapterError/invalidPattern(_:)`` for a text that is not a regular expression, and
  ///   ``AdapterError/unsupportedPattern(_:reason:)`` for one that is not matched here.
  public func unmatched(by modules: [String]) throws(AdapterError) -> [String] {
    switch self {
    case .names(let names):
      return names.filter { name in
        !modules.contains { $0 == name || $0.hasSuffix(".\(name)") }
      }
    case .expression(let text):
      let pattern = try ModulePattern(expression: text)
      for module in modules where try pattern.matches(module) { return [] }
      return [text]
    }
  }

  /// Whether the option names a module.
  func matches(_ module: String) throws(AdapterError) -> Bool {
    switch self {
    case .names(let names): return names.contains { module == $0 || module.hasSuffix(".\($0)") }
    case .expression(let text):
      return try ModulePattern(expression: text).matches(module)
    }
  }

  /// Whether a module's name ends in one of the names, or the expression matches it as a whole. This is the
  /// looser rule of IA3's `feedforward_modules`: no dot is required before the ending.
  func matchesEnd(of module: String) throws(AdapterError) -> Bool {
    switch self {
    case .names(let names): return names.contains(where: module.hasSuffix)
    case .expression(let text):
      return try ModulePattern(expression: text).matches(module)
    }
  }
}
