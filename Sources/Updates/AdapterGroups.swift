import Adapters
import Checkpoints

/// The tensors of an adapter file, grouped by module and parameter.
struct AdapterGroups {
  /// The tensors of one adapted module.
  struct Group {
    /// The module's name without `base_model.model.` and without `base_layer`.
    let module: String
    /// How many wrappers enclose this one: adapters of several parameters of one module are nested.
    let depth: Int
    /// By the method's names of its parameters.
    var tensors: [String: TensorDescription]

    /// The module and its depth, which together are unique.
    var path: String { "\(module) \(depth)" }
  }

  /// By module, then by depth.
  let groups: [Group]
  /// Tensors that all modules share.
  let shared: [String: TensorDescription]
  /// Tensors that are whole weights instead of adapter parameters, by name without PEFT's wrappers: biases, modules
  /// saved whole, resized embeddings.
  let values: [String: Value]

  private let methods: [any Adapter.Type]

  struct Value {
    let tensor: TensorDescription
    /// Whether it is the frozen weight of an adapted module.
    let isFrozenBase: Bool
  }

  init(_ entries: [AdapterEntry], methods: [any Adapter.Type]) {
    let parameterNames = methods.flatMap { $0.parameterNames }
    var groups: [String: Group] = [:]
    var shared: [String: TensorDescription] = [:]
    var values: [String: Value] = [:]
    for entry in entries {
      if methods.contains(where: { $0.shares(entry.name, with: nil) }) {
        shared[entry.name] = entry.tensor
      } else if let (path, parameter) = Self.split(entry.name, at: parameterNames) {
        let module = path.split(separator: ".").filter { $0 != "base_layer" }
          .joined(separator: ".")
        let depth = (path.count - module.count) / ".base_layer".count
        groups[path, default: Group(module: module, depth: depth, tensors: [:])]
          .tensors[parameter] = entry.tensor
      } else {
        let name = entry.name.replacing(".base_layer.", with: ".")
          .replacing(".modules_to_save.", with: ".")
        values[name] = Value(
          tensor: entry.tensor, isFrozenBase: entry.name.hasSuffix(".base_layer.weight"))
      }
    }
    self.methods = methods
    self.groups = groups.values.sorted { ($0.module, $0.depth) < ($1.module, $1.depth) }
    self.shared = shared
    self.values = values
  }

  /// The shared tensors that one module uses.
  func shared(with module: String) -> [String: TensorDescription] {
    shared.filter { name, _ in methods.contains { $0.shares(name, with: module) } }
  }

  /// The module and the parameter in a tensor's name; if several parameters match, the longest is used.
  /// Some versions write a `.weight` that the method's name does not have.
  private static func split(
    _ name: String, at parameters: [String]
  ) -> (module: String, parameter: String)? {
    for candidate in [name, BaseWeights.withoutWeight(name)] {
      let found = parameters.filter { candidate.hasSuffix(".\($0)") }
      if let parameter = found.max(by: { $0.count < $1.count }) {
        return (String(candidate.dropLast(parameter.count + 1)), parameter)
      }
    }
    return nil
  }
}
