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
  /// Tensors of the router of an X-LoRA, beside one of its experts.
  let router: [String]
  private let methods: [any Adapter.Type]

  struct Value {
    let tensor: TensorDescription
    /// Whether it is the frozen weight of an adapted module.
    let isFrozenBase: Bool
  }

  /// - Throws: ``UpdateError/severalAdapters(names:)``.
  init(_ entries: [AdapterEntry], methods: [any Adapter.Type]) throws(UpdateError) {
    // Whether two tensors have one place, which only the names of their adapters tell apart.
    var hasTwins = false
    let parameterNames = methods.flatMap { $0.parameterNames }
    var groups: [String: Group] = [:]
    var shared: [String: TensorDescription] = [:]
    var values: [String: Value] = [:]
    var router: [String] = []
    var adapterNames: Set<String> = []
    for entry in entries {
      let name = Self.withoutWrappers(entry.name)
      if methods.contains(where: { $0.shares(name, with: nil) }) {
        shared[name] = entry.tensor
      } else if let place = Self.place(name, of: parameterNames) {
        if let adapterName = place.adapterName { adapterNames.insert(adapterName) }
        let module = place.module.split(separator: ".").filter { $0 != "base_layer" }
          .joined(separator: ".")
        let depth = (place.module.count - module.count) / ".base_layer".count
        let empty = Group(module: module, depth: depth, tensors: [:])
        if groups[place.module, default: empty].tensors[place.parameter] != nil { hasTwins = true }
        groups[place.module, default: empty].tensors[place.parameter] = entry.tensor
      } else if name.hasPrefix("internal_xlora_classifier.") {
        router.append(name)
      } else if entry.prefix != .expert {
        let plain = name.replacing(".base_layer.", with: ".")
        let value = Value(
          tensor: entry.tensor, isFrozenBase: name.hasSuffix(".base_layer.weight"))
        let former = values.updateValue(
          value, forKey: Self.withoutSavedWrapper(plain, &adapterNames))
        if former != nil { hasTwins = true }
      }
    }
    // `default` has been taken out of the keys.
    if hasTwins, adapterNames.count == 1 { adapterNames.insert("default") }
    if adapterNames.count > 1 { throw .severalAdapters(names: adapterNames.sorted()) }
    self.methods = methods
    self.groups = groups.values.sorted { ($0.module, $0.depth) < ($1.module, $1.depth) }
    self.shared = shared
    self.values = values
    self.router = router
  }

  /// The shared tensors that one module uses.
  func shared(with module: String) -> [String: TensorDescription] {
    shared.filter { name, _ in methods.contains { $0.shares(name, with: module) } }
  }

  private static func withoutWrappers(_ name: String) -> String {
    NameRule.wrappers(name.split(separator: ".", omittingEmptySubsequences: false))
      .joined(separator: ".")
  }

  /// The name of a module that was saved whole, without PEFT's wrapper and the adapter's name in it:
  /// `score.modules_to_save.sft.weight`.
  private static func withoutSavedWrapper(_ name: String, _ names: inout Set<String>) -> String {
    var components = name.split(separator: ".").map(String.init)
    guard let wrapper = components.firstIndex(of: "modules_to_save") else { return name }
    components.remove(at: wrapper)
    // What is left after the wrapper is the tensor's own name, unless the adapter's name comes before it.
    if components.count - wrapper > 1 {
      let adapterName = components.remove(at: wrapper)
      if adapterName != "default" { names.insert(adapterName) }
    }
    return components.joined(separator: ".")
  }

  private struct Place {
    let module: String
    let parameter: String
    /// The name of an adapter that is not PEFT's `default`, if the key has kept it: `lora_A.sft.weight`.
    let adapterName: String?
  }

  private static func place(_ name: String, of parameters: [String]) -> Place? {
    if let (module, parameter) = split(name, at: parameters) {
      return Place(module: module, parameter: parameter, adapterName: nil)
    }
    var components = name.split(separator: ".").map(String.init)
    let isWeight = components.last == "weight" || components.last == "bias"
    let position = components.count - (isWeight ? 2 : 1)
    guard position > 0 else { return nil }
    let adapterName = components.remove(at: position)
    return split(components.joined(separator: "."), at: parameters).map {
      Place(module: $0.module, parameter: $0.parameter, adapterName: adapterName)
    }
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
