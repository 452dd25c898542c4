import Adapters
import Checkpoints
import Foundation
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
    let tiedHead: String?

    /// Whether the factors of the update are those of ΔWᵀ in PEFT's sense.
    var isTransposed: Bool { kind == .embedding || update.layout == .inByOut }
  }

  /// A tensor that is written with all its numbers.
  struct Whole: Sendable {
    let parameter: WholeParameter
    let values: WholeValues
  }

  private(set) var factored: [Factored] = []
  private(set) var whole: [Whole] = []
  /// Names of what is left out: excluded by an option, or impossible.
  private(set) var leftOut: [String] = []

  private let source: ReductionSource
  private let options: ReductionOptions

  init(_ source: ReductionSource, _ options: ReductionOptions) throws {
    self.source = source
    self.options = options
    let resized = source.updates.findings.reduce(into: [String: Int]()) { counts, finding in
      if case .vocabularyResized(let module, _, let count) = finding { counts[module] = count }
    }
    var fused: [String] = []
    for update in source.updates.modules {
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
      guard !update.isExpertOfFused else {
        fused.append(update.module)
        continue
      }
      try add(update)
    }
    if !fused.isEmpty { throw ReductionError.fused(modules: fused) }
    for vector in source.updates.vectors { try add(vector) }
    try addNewTensors()
  }

  // MARK: Matrices

  private mutating func add(_ update: ModuleUpdate) throws {
    let name = try name(of: update)
    let isEmbedding = update.isEmbedding(named: name)
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
        let shape = stored.pieces[0].weight.shape
        for module in [name] + [head].compactMap(\.self) {
          whole.append(
            Whole(
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
    factored.append(
      Factored(
        update: update, name: name, kind: update.kind(isEmbedding: isEmbedding), tiedHead: head))
  }

  /// The module's name in the model: as the checkpoint has it, which may differ from the name in the base.
  private func name(of update: ModuleUpdate) throws -> String {
    switch update.source {
    case .adapter(let parameters):
      guard source.adapter?.peftType == Kohya.peftTypes[0] else {
        return parameters.settings.module
      }
      if source.base == nil { throw ReductionError.nameNeedsBase(module: update.module) }
      return update.module
    case .adapted(let stored):
      return savedName(stored.pieces[0].weight.name).module
    }
  }

  /// The module and the parameter of a tensor of the checkpoint.
  private func savedName(_ tensor: String) -> (module: String, parameter: String) {
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

  // MARK: Vectors

  private mutating func add(_ vector: VectorUpdate) throws {
    let isNeeded = options.selects(vector.name) && options.vectors != .leave
    let change: [Double]
    do {
      change = try vector.change()
    } catch is UpdateError {
      if isNeeded { throw ReductionError.vectorNeedsBase(name: vector.name) }
      leftOut.append(vector.name)
      return
    }
    guard change.contains(where: { $0 != 0 }) else { return }
    guard isNeeded else {
      leftOut.append(vector.name)
      return
    }
    let values: WholeValues
    let shape: [Int]
    let saved: (module: String, parameter: String)
    if case .adapted(let stored) = vector.source {
      saved = savedName(stored.pieces[0].weight.name)
      values = .stored(stored)
      shape = stored.pieces[0].weight.shape
    } else {
      guard let base = vector.base else {
        throw ReductionError.vectorNeedsBase(name: vector.name)
      }
      saved = savedName(vector.name)
      values = .computed(zip(try base.values(), change).map { $0 + $1 }, like: base.storageType)
      shape = [change.count]
    }
    let isBias = saved.parameter == "bias" && isLayer(vector.name)
    whole.append(
      Whole(
        parameter: WholeParameter(
          module: saved.module, parameter: saved.parameter, shape: shape,
          role: isBias ? .bias : .savedModule),
        values: values))
  }

  /// Whether the bias of this name belongs to a layer with a matrix, not to a norm.
  private func isLayer(_ bias: String) -> Bool {
    let weight = bias.dropLast("bias".count) + "weight"
    guard let owner = try? (source.base ?? source.model)?.weight(named: String(weight)) else {
      return true
    }
    return owner.shape.count > 1
  }

  // MARK: Tensors that the base has not

  /// Heads made for the task. Weights that are numbered, such as those of more layers, would need another model.
  private mutating func addNewTensors() throws {
    var names: [String] = []
    for finding in source.updates.findings {
      switch finding {
      case .new(let tensors), .skippedWithoutBase(let tensors): names += tensors
      default: break
      }
    }
    let tensors = source.adapter?.weights ?? source.model?.weights
    for name in names {
      let entry = source.adapter?.entries.first { entry in
        entry.name == name || savedName(entry.key) == savedName(name)
      }
      guard let tensors,
        let tensor = tensors.tensors.first(where: { $0.name == entry?.key ?? name }),
        tensor.dataType.isFloatingPoint, options.selects(name),
        !name.split(separator: ".").contains(where: { Int($0) != nil })
      else {
        leftOut.append(name)
        continue
      }
      let saved = savedName(entry?.key ?? name)
      whole.append(
        Whole(
          parameter: WholeParameter(
            module: saved.module, parameter: saved.parameter, shape: tensor.shape,
            role: .savedModule),
          values: .stored(StoredMatrix(ModelWeight(tensor, in: tensors)))))
    }
  }
}

extension StoredMatrix {
  /// Whether the matrix is all of one tensor.
  fileprivate var isWholeTensor: Bool {
    pieces.count == 1 && pieces[0].rows.count == pieces[0].weight.rows
  }
}

extension ModuleUpdate {
  /// Whether the update is that of one expert of a fused tensor: PEFT puts LoRA on whole modules.
  fileprivate var isExpertOfFused: Bool {
    switch source {
    case .adapter(let parameters): parameters.settings.expert != nil
    case .adapted(let stored):
      !stored.isWholeTensor || base.map { !$0.isWholeTensor } ?? false
    }
  }

  /// Whether the module is an embedding: an adapter's tensors say it, else its name.
  fileprivate func isEmbedding(named name: String) -> Bool {
    if case .adapter(let parameters) = source, resolved?.method != TrainableTokens.key {
      return parameters.tensors.keys.contains { $0.contains("_embedding_") }
    }
    guard let last = name.split(separator: ".").last else { return false }
    return last.contains("embed") && last != "embed_out"
      || ["wte", "wpe", "shared", "relative_attention_bias"].contains(last)
  }

  fileprivate func kind(isEmbedding: Bool) -> LowRankModule.Kind {
    if isEmbedding { return .embedding }
    var shape = base?.pieces[0].weight.shape ?? []
    if case .adapter(let parameters) = source, base == nil {
      shape = parameters.tensors[LoRA.inputFactor]?.shape ?? []
    }
    return shape.count > 2 ? .convolution(Array(shape.dropFirst())) : .linear
  }

  /// Whether a stored weight differs from that of the base.
  fileprivate var isChanged: Bool {
    get throws {
      guard case .adapted(let after) = source, let base else { return true }
      let height = max(1, (1 << 19) / max(columns, 1))
      return try stride(from: 0, to: rows, by: height).contains { start in
        let range = start..<min(start + height, rows)
        return try after.values(rows: range) != base.values(rows: range)
      }
    }
  }
}
