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
  /// - Throws: ``AdapterError/invalidPattern(_:)`` for a key that is not a regular expression, and
  ///   ``AdapterError/unsupportedPattern(_:reason:)`` for one that is not matched here.
  /// - Complexity: O(modules · entries) matches; each expression is compiled once.
  public func positions(for modules: [String]) throws(AdapterError) -> [Int?] {
    var positions = [Int?](repeating: nil, count: modules.count)
    for (position, entry) in entries.enumerated() {
      let pattern = try ModulePattern(entry.pattern)
      for (index, module) in modules.enumerated() where positions[index] == nil {
        if try pattern.matches(module) { positions[index] = position }
      }
    }
    return positions
  }
}

/// One key of a pattern table or an expression for modules, ready to match.
struct ModulePattern {
  private enum Form {
    /// Letters, digits, `_`, `-` and dots; a dot matches any character.
    case plain([UInt8])
    case expression(NamePattern)
  }
  private let form: Form
  /// As written, for errors.
  private let text: String

  /// A key of a pattern table.
  init(_ pattern: String) throws(AdapterError) {
    let bytes = Array(pattern.utf8)
    text = pattern
    form =
      bytes.allSatisfy(Self.isPlain)
      ? .plain(bytes) : .expression(try Self.compiled("(?:.*\\.)?(?:\(pattern))", shown: pattern))
  }

  /// An expression that matches whole names.
  init(expression: String) throws(AdapterError) {
    text = expression
    form = .expression(try Self.compiled(expression, shown: expression))
  }

  private static func compiled(
    _ expression: String, shown: String
  ) throws(AdapterError) -> NamePattern {
    do { return try NamePattern(expression) } catch { throw AdapterError(error, in: shown) }
  }

  func matches(_ module: String) throws(AdapterError) -> Bool {
    switch form {
    case .plain(let pattern): return Self.ends(Array(module.utf8), with: pattern)
    case .expression(let pattern):
      var budget = Self.budget
      do {
        return try pattern.matches(module, budget: &budget)
      } catch {
        throw AdapterError(error, in: text)
      }
    }
  }

  /// Steps of one match. An expression of a trainer takes some thousands.
  private static let budget = 10_000_000

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

extension AdapterError {
  fileprivate init(_ error: NamePatternError, in pattern: String) {
    self =
      switch error {
      case .malformed: .invalidPattern(pattern)
      case .unsupported(let part): .unsupportedPattern(pattern, reason: "\(part) is not supported")
      case .tooLong: .unsupportedPattern(pattern, reason: "it is too long when it is written out")
      case .tooCostly: .unsupportedPattern(pattern, reason: "it takes too long on a module's name")
      }
  }
}
