/// Values for some modules, chosen by pattern: `rank_pattern` and `alpha_pattern`.
///
/// The first entry, in the order of the file, whose key K matches a module decides. PEFT's rule: the module's
/// name, without `base_model.model.`, must match `(.*\.)?(K)` as a whole. So `q_proj` and
/// `layers.0.self_attn.q_proj` match a module of layer 0, and `0.self_attn.q_proj` does not match one of
/// layer 10.
public struct PatternTable<Value: Sendable & Equatable>: Sendable, Equatable {
  /// One key and the value of the modules that it matches.
  public struct Entry: Sendable, Equatable {
    public let pattern: String
    public let value: Value

    public init(pattern: String, value: Value) {
      self.pattern = pattern
      self.value = value
    }
  }

  /// The entries in the order of the file; if several match, the first decides.
  public let entries: [Entry]

  public init(_ entries: [Entry] = []) { self.entries = entries }

  public var isEmpty: Bool { entries.isEmpty }

  /// For each module the position of the first entry that matches it.
  /// - Throws: ``AdapterError/invalidPattern(_:)`` for a key that is not a regular expression.
  /// - Complexity: O(modules · entries) matches; each expression is compiled once.
  public func positions(for modules: [String]) throws(AdapterError) -> [Int?] {
    var positions = [Int?](repeating: nil, count: modules.count)
    for (position, entry) in entries.enumerated() {
      let pattern = try ModulePattern(entry.pattern)
      for (index, module) in modules.enumerated()
      where positions[index] == nil && pattern.matches(module) {
        positions[index] = position
      }
    }
    return positions
  }
}

/// One key of a pattern table, ready to match.
struct ModulePattern {
  private enum Form {
    /// Letters, digits, `_`, `-` and dots; a dot matches any character.
    case plain([UInt8])
    case expression(Regex<AnyRegexOutput>)
  }
  private let form: Form

  init(_ pattern: String) throws(AdapterError) {
    let bytes = Array(pattern.utf8)
    if bytes.allSatisfy(Self.isPlain) {
      form = .plain(bytes)
    } else if let expression = try? Regex("(?:.*\\.)?(?:\(pattern))$") {
      form = .expression(expression)
    } else {
      throw .invalidPattern(pattern)
    }
  }

  func matches(_ module: String) -> Bool {
    switch form {
    case .plain(let pattern): Self.ends(Array(module.utf8), with: pattern)
    case .expression(let expression): (try? expression.prefixMatch(in: module)) != nil
    }
  }

  private static func ends(_ module: [UInt8], with pattern: [UInt8]) -> Bool {
    let offset = module.count - pattern.count
    guard offset == 0 || (offset > 0 && module[offset - 1] == UInt8(ascii: ".")) else {
      return false
    }
    return zip(module[offset...], pattern).allSatisfy { $0 == $1 || $1 == UInt8(ascii: ".") }
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
      UInt8(ascii: "."):
      true
    default: false
    }
  }
}
