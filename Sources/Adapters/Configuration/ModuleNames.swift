/// Which modules an option names: a list of names, or one regular expression.
public enum ModuleNames: Sendable, Equatable {
  /// A module belongs if its name is one of these or ends in `.` and one of these.
  case names([String])
  /// A module belongs if the whole of its name matches.
  case expression(String)

  /// The names, or the expression, that none of the modules fits.
  public func unmatched(by modules: [String]) throws(AdapterError) -> [String] {
    switch self {
    case .names(let names):
      return names.filter { name in
        !modules.contains { $0 == name || $0.hasSuffix(".\(name)") }
      }
    case .expression(let text):
      guard let expression = try? Regex(text) else { throw .invalidPattern(text) }
      return modules.contains { (try? expression.wholeMatch(in: $0)) != nil } ? [] : [text]
    }
  }

  /// Whether a module belongs.
  func matches(_ module: String) throws(AdapterError) -> Bool {
    switch self {
    case .names(let names): return names.contains { module == $0 || module.hasSuffix(".\($0)") }
    case .expression(let text):
      guard let expression = try? Regex(text) else { throw .invalidPattern(text) }
      return (try? expression.wholeMatch(in: module)) != nil
    }
  }

  /// Whether a module's name ends in one of the names, or matches the expression as a whole: the
  /// looser rule of IA3's `feedforward_modules`, which asks for no dot.
  func matchesEnd(of module: String) throws(AdapterError) -> Bool {
    switch self {
    case .names(let names): return names.contains(where: module.hasSuffix)
    case .expression(let text):
      guard let expression = try? Regex(text) else { throw .invalidPattern(text) }
      return (try? expression.wholeMatch(in: module)) != nil
    }
  }
}
