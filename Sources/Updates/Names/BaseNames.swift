import Checkpoints

/// The names of a base's tensors, found by the names that a checkpoint uses.
///
/// Names can differ: libraries rename modules (``NameRule``), and a checkpoint of a model with a head has
/// `bert.encoder…` where the base has `encoder…`, or the other way round.
struct BaseNames: Sendable {
  /// Names by their canonical form; nil where several tensors have it.
  private let canonical: [String: String?]
  /// Names by their canonical form without its first component.
  private let inner: [String: String?]
  /// Names of weights with `_` for `.`, as kohya-ss writes them.
  private let flat: [String: String?]

  init(_ names: some Sequence<String>) {
    var canonical: [String: String?] = [:]
    var inner: [String: String?] = [:]
    var flat: [String: String?] = [:]
    for name in names {
      let module = Self.flat(BaseWeights.withoutWeight(name))
      flat[module] = flat[module] == nil ? .some(name) : .some(nil)
      let form = Self.canonical(name)
      canonical[form] = canonical[form] == nil ? .some(name) : .some(nil)
      guard let rest = Self.withoutFirstComponent(form) else { continue }
      inner[rest] = inner[rest] == nil ? .some(name) : .some(nil)
    }
    self.canonical = canonical
    self.inner = inner
    self.flat = flat
  }

  /// The tensor that a name of the checkpoint means; nil if there is none or more than one. A tensor of exactly this
  /// name is to be tried first.
  func equivalent(of name: String) -> String? {
    let form = Self.canonical(name)
    if let found = canonical[form] { return found }
    let module = BaseWeights.withoutWeight(name)
    if let part = Self.flatPrefixes.first(where: module.hasPrefix),
      let found = flat[String(module.dropFirst(part.count))]
    {
      return found
    }
    if let longer = inner[form] { return longer }
    var rest = form
    while let shorter = Self.withoutFirstComponent(rest), shorter.contains(".") {
      if let found = canonical[shorter] { return found }
      rest = shorter
    }
    return nil
  }

  private static func flat(_ name: String) -> String { name.replacing(".", with: "_") }

  /// What kohya-ss writes before the name of a module, for each part of a pipeline.
  private static let flatPrefixes = [
    "lora_unet_", "lora_te1_", "lora_te2_", "lora_te3_", "lora_te_", "lora_transformer_",
    "lycoris_",
  ]

  /// The form that all spellings of a name share.
  static func canonical(_ name: String) -> String {
    var components = name.split(separator: ".", omittingEmptySubsequences: false)
    for rule in NameRule.all { components = rule.apply(components) }
    return components.joined(separator: ".")
  }

  private static func withoutFirstComponent(_ name: String) -> String? {
    name.firstIndex(of: ".").map { String(name[name.index(after: $0)...]) }
  }
}
