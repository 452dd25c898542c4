import Adapters
import Checkpoints
import Updates

/// The updates of experts that a model has stacked in memory, and those of their routers: PEFT puts LoRA on such parameters
/// (`target_parameters`), each expert with factors of its own.
///
/// Files hold the experts of many models one by one (`experts.3.up_proj`), and transformers stacks them when it loads
/// (version 5); `gate_up_proj` is then one matrix, the rows of the gate above those of the up projection.
struct ExpertUpdates {
  /// The parts of one parameter, by the number of the expert.
  struct Parameter {
    var direct: [Int: ModuleUpdate] = [:]
    /// Parts that lie one upon another: gate, up.
    var parts: [[Int: ModuleUpdate]] = [[:], [:]]
    /// What the model calls it.
    let name: String
  }

  /// By name.
  private(set) var parameters: [String: Parameter] = [:]
  /// Weights of routers, by the names of their parameters.
  private(set) var routers: [String: ModuleUpdate] = [:]
  /// Parts of stacked tensors that are no such parameter.
  private(set) var others: [ModuleUpdate] = []

  private let source: ReductionSource
  private let type: StackedModel?
  /// The blocks that have stacked experts: `model.layers.0.mlp`.
  private let blocks: Set<String>

  init(of source: ReductionSource) {
    self.source = source
    let type = source.adapter == nil ? StackedModel((source.model ?? source.base)?.modelType) : nil
    self.type = type
    blocks = Set(
      source.updates.modules.compactMap { update in
        ExpertName(update.module).flatMap { name in
          type != nil || update.isPartOfParameter ? name.block : nil
        }
      })
  }

  /// Takes an update of an expert or a router; false if it is that of a module.
  mutating func take(_ update: ModuleUpdate) -> Bool {
    if case .adapter(let adapter) = update.source {
      guard let place = adapter.settings.expert else { return false }
      let name = adapter.settings.module
      parameters[name, default: Parameter(name: name)].direct[place.index] = update
      return true
    }
    guard source.adapter == nil else { return false }
    if let expert = ExpertName(update.module), type != nil || update.isPartOfParameter {
      guard let part = Self.parts[expert.kind] else {
        others.append(update)
        return true
      }
      let name = memoryName("\(expert.owner).\(part.parameter)")
      switch part.position {
      case nil: parameters[name, default: Parameter(name: name)].direct[expert.index] = update
      case let position?:
        parameters[name, default: Parameter(name: name)].parts[position][expert.index] = update
      }
      return true
    }
    if update.isPartOfParameter || update.module.contains(".experts.") && !blocks.isEmpty {
      others.append(update)
      return true
    }
    let path = update.module.split(separator: ".").map(String.init)
    guard let last = path.last, ["gate", "router"].contains(last),
      blocks.contains(path.dropLast().joined(separator: "."))
    else { return false }
    routers[memoryName(update.module) + ".weight"] = update
    return true
  }

  /// Which parameter a matrix of an expert belongs to, and its place in it; no place for all of it.
  private static let parts: [String: (parameter: String, position: Int?)] = [
    "gate_up_proj": ("gate_up_proj", nil), "down_proj": ("down_proj", nil),
    "gate_proj": ("gate_up_proj", 0), "up_proj": ("gate_up_proj", 1),
    "w1": ("gate_up_proj", 0), "w3": ("gate_up_proj", 1), "w2": ("down_proj", nil),
  ]

  private func memoryName(_ name: String) -> String { type?.memoryName(of: name) ?? name }
}

/// The name of one expert's matrix: `OWNER.3.KIND`, with an owner that ends in `experts`.
struct ExpertName {
  let owner: String
  let index: Int
  let kind: String

  init?(_ module: String) {
    let parts = module.split(separator: ".").map(String.init)
    guard parts.count > 3, parts[parts.count - 3] == "experts",
      let index = Int(parts[parts.count - 2])
    else { return nil }
    owner = parts.dropLast(2).joined(separator: ".")
    self.index = index
    kind = parts[parts.count - 1]
  }

  /// The module that has experts and router.
  var block: String { String(owner.dropLast(".experts".count)) }
}

/// How transformers 5 (5.24) stacks the experts that files hold one by one.
struct StackedModel {
  private let type: String

  /// Nil for a type of which that is not known.
  init?(_ type: String?) {
    guard let type, Self.types.contains(type) || Self.renamed.contains(type) else { return nil }
    self.type = type
  }

  /// What a parameter or module of a file is called in memory.
  func memoryName(of name: String) -> String {
    guard Self.renamed.contains(type) else { return name }
    let own = name.replacing(".block_sparse_moe.", with: ".mlp.")
    return type == "phimoe" && own.hasSuffix(".gate") ? String(own.dropLast(4)) + "router" : own
  }

  private static let types: Set<String> = [
    "deepseek_v2", "deepseek_v3", "ernie4_5_moe", "glm4_moe", "jamba", "olmoe", "qwen2_moe",
    "qwen3_moe", "qwen3_next",
  ]
  /// Those whose files say `block_sparse_moe` for `mlp`.
  private static let renamed: Set<String> = ["minimax_m2", "mixtral", "phimoe"]
}
