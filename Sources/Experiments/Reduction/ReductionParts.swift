import Adapters
import Checkpoints
import Documents
import Foundation
import LinearAlgebra
import Updates

/// What becomes of each part of a checkpoint: factors, a whole tensor, or nothing.
struct ReductionParts: Sendable {
  /// An update that becomes a LoRA.
  struct Factored: Sendable {
    let update: ModuleUpdate
    /// What PEFT calls the module.
    let name: String
    let kind: LowRankModule.Kind
    /// The head that shares the embedding's weight and gets the same update.
    var tiedHead: String?
    /// The parameter of the model that stacks this expert with others; nil for a module.
    var stack: Stack?

    /// A place among the experts of a parameter.
    struct Stack: Sendable {
      /// What the parameter is called in the model.
      let parameter: String
      let index: Int
      let count: Int
    }

    /// How many parameters one direction takes. A tied head has factors of its own.
    var cost: Int { (update.rows + update.columns) * (tiedHead == nil ? 1 : 2) }

    /// Whether the factors of the update are those of ΔWᵀ in PEFT's sense.
    var isTransposed: Bool { kind == .embedding || update.layout == .inByOut }
  }

  /// A tensor that is written with all its numbers.
  struct Whole: Sendable {
    /// The tensor of the base in whose place it is.
    let tensor: String
    let parameter: WholeParameter
    let values: WholeValues
  }

  var factored: [Factored] = []
  var whole: [Whole] = []
  /// Names of what is left out: excluded by an option, or impossible.
  var leftOut: [String] = []
  /// Names of modules that are taken for linear layers, though they may be convolutions.
  private var assumedLinear: [String] = []

  let source: ReductionSource
  let options: ReductionOptions

  init(_ source: ReductionSource, _ options: ReductionOptions) throws {
    self.source = source
    self.options = options
    let resized = source.updates.findings.reduce(into: [String: Int]()) { counts, finding in
      if case .vocabularyResized(let module, _, let count) = finding { counts[module] = count }
    }
    var experts = ExpertUpdates(of: source)
    for update in source.updates.modules {
      if experts.take(update) { continue }
      guard options.selects(update.module) else {
        leftOut.append(update.module)
        continue
      }
      if let count = resized[update.module] {
        guard options.embeddings == .leave else {
          throw ReductionError.vocabularyResized(module: update.module, checkpoint: count)
        }
        leftOut.append(update.module)
        continue
      }
      try add(update)
    }
    try add(experts)
    for vector in source.updates.vectors { try add(vector) }
    try addNewTensors()
    joinBiases()
  }

  /// A bias beside a tensor of its module that is saved belongs to that module.
  private mutating func joinBiases() {
    let saved = Set(whole.lazy.map(\.parameter).filter { $0.role == .savedModule }.map(\.module))
    whole = whole.map { part in
      guard part.parameter.role == .bias, saved.contains(part.parameter.module) else { return part }
      return Whole(
        tensor: part.tensor,
        parameter: WholeParameter(
          module: part.parameter.module, parameter: part.parameter.parameter,
          shape: part.parameter.shape, role: .savedModule),
        values: part.values)
    }
  }

  /// What is only true of linear layers; nil if nothing is.
  var kindWarning: String? {
    guard !assumedLinear.isEmpty else { return nil }
    let names = assumedLinear.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
    let more = assumedLinear.count > 3 ? " and \(assumedLinear.count - 3) more" : ""
    return
      "without a base nothing tells whether \(names)\(more) are linear layers or convolutions; they are written as"
      + " linear layers: give the base \(BaseAdvice.words) if there are convolutions among them"
  }

  // MARK: Matrices

  private mutating func add(_ update: ModuleUpdate) throws {
    let name = name(of: update)
    let isEmbedding = update.isEmbedding(
      named: name, hasBias: source.base?.hasWeight(named: "\(update.module).bias") ?? false)
    let head = isEmbedding ? try tiedHead(of: update, name) : nil
    if case .adapted(let stored) = update.source, source.adapter != nil || isEmbedding {
      // An adapter has saved the module whole, and that is kept as it is.
      let keeping = isEmbedding ? options.embeddings : .whole
      if keeping == .leave {
        leftOut.append(name)
        return
      }
      if keeping == .whole {
        guard try update.isChanged else { return }
        try addBias(beside: update.module + ".weight", of: name)
        let shape = stored.pieces[0].weight.shape
        for module in [name] + [head].compactMap(\.self) {
          whole.append(
            Whole(
              tensor: "\(update.module).weight",
              parameter: WholeParameter(
                module: module, parameter: "weight", shape: shape, role: .savedModule),
              values: .stored(stored)))
        }
        return
      }
    } else if isEmbedding, options.embeddings == .leave {
      leftOut.append(name)
      return
    }
    let kind = try update.kind(isEmbedding: isEmbedding)
    if kind == .linear, update.mayBeConvolution { assumedLinear.append(name) }
    factored.append(Factored(update: update, name: name, kind: kind, tiedHead: head))
  }

  /// The module's name in the model: as the checkpoint has it, which may differ from the name in the base.
  private func name(of update: ModuleUpdate) -> String {
    switch update.source {
    case .adapter(let parameters):
      // Kohya's names have lost their dots, and only the base tells where they were.
      return source.base != nil && source.adapter?.peftType == Kohya.peftTypes[0]
        ? update.module : parameters.settings.module
    case .adapted(let stored):
      return savedName(stored.pieces[0].weight.name).module
    }
  }

  /// The module and the parameter of a tensor of the checkpoint.
  func savedName(_ tensor: String) -> (module: String, parameter: String) {
    let entry = source.adapter?.entries.first { $0.tensor.name == tensor }
    var parts = (entry?.name ?? tensor).split(separator: ".").map(String.init)
    let parameter = parts.popLast() ?? tensor
    if let wrapper = parts.firstIndex(of: "modules_to_save") {
      parts.removeSubrange(wrapper..<min(wrapper + 2, parts.count))
    }
    parts.removeAll { $0 == "base_layer" }
    return (parts.joined(separator: "."), parameter)
  }

  /// The head that shares the weight of an embedding; nil if none does. An adapter says itself whether it changed both.
  private func tiedHead(of update: ModuleUpdate, _ name: String) throws -> String? {
    if source.adapter != nil {
      for case .tiedCopy(let tensor, let original) in source.updates.findings {
        let module = original.hasSuffix(".weight") ? String(original.dropLast(7)) : original
        if module == name || module == update.module {
          return savedName(tensor.hasSuffix(".weight") ? tensor : tensor + ".weight").module
        }
      }
      return nil
    }
    guard source.base?.tiedEmbeddings == true, options.embeddings != .leave,
      Self.inputEmbeddings.contains(where: { name == $0 || name.hasSuffix(".\($0)") }),
      let architecture = source.architecture,
      architecture.contains("LM")
        || architecture.contains("ConditionalGeneration")
    else { return nil }
    guard
      architecture.hasSuffix("CausalLM") || architecture.hasSuffix("LMHeadModel")
        || architecture.hasSuffix("ConditionalGeneration")
    else {
      throw ReductionError.unknownHead(embedding: name, architecture: architecture)
    }
    return architecture.hasPrefix("GPTNeoX") ? "embed_out" : "lm_head"
  }

  private static let inputEmbeddings = ["embed_tokens", "wte", "embed_in", "shared"]
}
