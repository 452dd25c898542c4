/// A tensor of an adapter file, with its name in terms of the base model.
public struct AdapterEntry: Sendable, Equatable {
  /// The prefix that the file puts before the module's own name.
  public enum Prefix: String, Sendable {
    /// A tensor of a module of the base model.
    case module = "base_model.model."
    /// A tensor of an expert that X-LoRA saved. Such a file holds the whole base model too.
    case expert = "base_model.lora_model.model."
    /// A tensor that all modules share, such as `base_model.vera_A`.
    case shared = "base_model."
    /// Saved without PEFT's wrapper.
    case none = ""
  }

  /// The key in the file.
  public let key: String
  public let prefix: Prefix
  /// The key without the prefix and without the adapter's name:
  /// `base_model.model.model.layers.0.q_proj.lora_A.default.weight` becomes
  /// `model.layers.0.q_proj.lora_A.weight`.
  public let name: String
  public internal(set) var tensor: TensorDescription

  init(tensor: TensorDescription) {
    key = tensor.name
    self.tensor = tensor
    let prefixes: [Prefix] = [.module, .expert, .shared]
    prefix = prefixes.first { tensor.name.hasPrefix($0.rawValue) } ?? .none
    name = Self.withoutAdapterName(String(tensor.name.dropFirst(prefix.rawValue.count)))
  }

  /// A tensor that another trainer than PEFT has named.
  init(tensor: TensorDescription, name: String) {
    key = tensor.name
    prefix = .none
    self.name = name
    self.tensor = tensor
  }

  /// Removes the component `default` at the place of an adapter's name: at the end, or before a final
  /// `weight` or `bias`. Elsewhere it belongs to a module's own name.
  private static func withoutAdapterName(_ name: String) -> String {
    for ending in ["", ".weight", ".bias"] where name.hasSuffix(".default" + ending) {
      return name.dropLast((".default" + ending).count) + ending
    }
    return name
  }
}
