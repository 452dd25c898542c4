/// Names of the checkpoint that are spelled otherwise in the base.
struct NameTranslations: Sendable {
  /// How many tensors have a spelling of each kind, by the spellings without their common end and with `N` for numbers.
  private var kinds: [NameTranslation: Int] = [:]

  /// Notes the names of one tensor; does nothing if they are equal.
  mutating func add(_ name: String, means baseName: String) {
    if name != baseName { kinds[NameTranslation(name, baseName), default: 0] += 1 }
  }

  /// The finding; nil if all names were equal.
  var finding: Finding? {
    kinds.isEmpty
      ? nil
      : .namesTranslated(
        kinds.sorted { ($1.value, $0.key.checkpoint) < ($0.value, $1.key.checkpoint) }.map(\.key),
        tensors: kinds.values.reduce(0, +))
  }
}

/// A part of a name and what it is called in the base.
public struct NameTranslation: Sendable, Hashable {
  /// The spelling of the checkpoint, such as `model.language_model.…`.
  public let checkpoint: String
  /// The spelling of the base, such as `model.…`.
  public let base: String

  package init(_ name: String, _ baseName: String) {
    var own = Self.withoutNumbers(name)[...]
    var others = Self.withoutNumbers(baseName)[...]
    var isCut = false
    while own.count > 1, others.count > 1, own.last == others.last {
      own = own.dropLast()
      others = others.dropLast()
      isCut = true
    }
    // One of the spellings is the end of the other: the component that both have shows where it is.
    let end = isCut ? ".…" : ""
    checkpoint = own.joined(separator: ".") + end
    base = others.joined(separator: ".") + end
  }

  private static func withoutNumbers(_ name: String) -> [String] {
    name.split(separator: ".").map { $0.allSatisfy(\.isNumber) ? "N" : String($0) }
  }
}
