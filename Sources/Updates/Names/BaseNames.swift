import Synchronization

/// The names of a base's tensors, found by the names that a checkpoint uses.
///
/// Names can differ: libraries rename modules (``NameRule``), and a checkpoint of a model with a head has
/// `bert.encoder…` where the base has `encoder…`, or the other way round.
final class BaseNames: Sendable {
  private let names: [String]
  /// Made when a name is looked up for the first time: most checkpoints use the names of their base.
  private let spellings = Mutex<Spellings?>(nil)

  init(_ names: [String]) { self.names = names }

  /// The tensor that a name of the checkpoint means; nil if there is none or more than one. A tensor of exactly this
  /// name is to be tried first.
  func equivalent(of name: String) -> String? {
    spellings.withLock { spellings in
      if spellings == nil { spellings = Spellings(of: names) }
      return spellings?.equivalent(of: name)
    }
  }

  /// The form that all spellings of a name share.
  static func canonical(_ name: String) -> String {
    var components = name.split(separator: ".", omittingEmptySubsequences: false)
    for rule in NameRule.all { components = rule(components) }
    return components.joined(separator: ".")
  }
}

/// The names of a base by their spellings; nil where several tensors have one.
private struct Spellings {
  /// By the canonical form.
  private var canonical: [String: String?] = [:]
  /// By the canonical form without its first component.
  private var inner: [String: String?] = [:]
  /// Names of weights with `_` for `.`, as kohya-ss writes them.
  private var flat: [String: String?] = [:]

  init(of names: [String]) {
    for name in names {
      let form = BaseNames.canonical(name)
      Self.add(name, as: form, to: &canonical)
      Self.add(name, as: Self.flat(BaseWeights.withoutWeight(name)), to: &flat)
      if let rest = Self.withoutFirstComponent(form) { Self.add(name, as: rest, to: &inner) }
    }
  }

  private static func add(_ name: String, as key: String, to names: inout [String: String?]) {
    names[key] = names[key] == nil ? .some(name) : .some(nil)
  }

  func equivalent(of name: String) -> String? {
    let form = BaseNames.canonical(name)
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

  private static func withoutFirstComponent(_ name: String) -> String? {
    name.firstIndex(of: ".").map { String(name[name.index(after: $0)...]) }
  }
}
