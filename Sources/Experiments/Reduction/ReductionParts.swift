import Adapters
import Checkpoints
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
    joinBiases()
  }

  /// A bias beside a tensor of its module that is saved belongs to that module.
  private mutating func joinBiases() {
    let saved = Set(whole.lazy.map(\.parameter).filter { $0.role == .savedModule }.map(\.module))
    whole = whole.map { part in
      guard part.parameter.role == .bias, saved.contains(part.parameter.module) else { return part }
      return Whole(
        parameter: WholeParameter(
          module: part.parameter.module, parameter: part.parameter.parameter,
          shape: part.parameter.shape, role: .savedModule),
        values: part.values)
    }
  }

  // MARK: Matrices

  private mutating func add(_ update: ModuleUpdate) throws {
    let name = name(of: update)
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
    let kind = try update.kind(isEmbedding: isEmbedding)
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
    // PEFT saves the modules of modules_to_save with all their tensors, and with bias="all" every bias.
    let isBias = saved.parameter == "bias"
    if !isBias { try addBias(beside: vector.name, of: saved.module) }
    whole.append(
      Whole(
        parameter: WholeParameter(
          module: saved.module, parameter: saved.parameter, shape: shape,
          role: isBias ? .bias : .savedModule),
        values: values))
  }

  /// Adds the bias of a norm whose gain is saved, changed or not.
  private mutating func addBias(beside weight: String, of module: String) throws {
    let name = weight.hasSuffix(".weight") ? weight.dropLast("weight".count) + "bias" : ""
    let isChanged = try source.updates.vectors.contains { vector in
      try vector.name == name && vector.change().contains { $0 != 0 }
    }
    guard !isChanged, let base = source.base, base.hasWeight(named: String(name)) else { return }
    let bias = try base.weight(named: String(name))
    whole.append(
      Whole(
        parameter: WholeParameter(
          module: module, parameter: "bias", shape: bias.shape, role: .savedModule),
        values: .stored(StoredMatrix(bias))))
  }

  /// A LoRA that is zero, for an adapter of whole tensors alone: PEFT loads none without a target. It is put on the first
  /// linear layer. Nil if the base is not known.
  func carrier() throws -> LowRankModule? {
    guard let base = source.base else { return nil }
    let weight = base.parameters.first { weight in
      weight.shape.count == 2 && weight.name.hasSuffix(".weight")
        && !EmbeddingNames.include(String(weight.name.dropLast(".weight".count)))
    }
    guard let weight else { return nil }
    return LowRankModule(
      name: savedName(weight.name).module, kind: .linear,
      factors: FactorPair(
        input: Matrix(rows: 1, columns: weight.columns),
        output: Matrix(rows: weight.rows, columns: 1)), alpha: 1)
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

/// The names by which embeddings are known where nothing else tells them from linear layers.
private enum EmbeddingNames {
  static func include(_ module: String) -> Bool {
    guard let last = module.split(separator: ".").last else { return false }
    return last.contains("embed") && last != "embed_out"
      || ["wte", "wpe", "shared", "relative_attention_bias"].contains(last)
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

  /// Whether the module is an embedding: LoRA's tensors say it, else its name.
  fileprivate func isEmbedding(named name: String) -> Bool {
    if case .adapter(let parameters) = source {
      if parameters.tensors.keys.contains(where: { $0.contains("_embedding_") }) { return true }
      if parameters.tensors[LoRA.inputFactor] != nil { return false }
    }
    return EmbeddingNames.include(name)
  }

  /// - Throws: ``ReductionError/kindNeedsBase(module:)`` if only the base tells whether this is a convolution.
  fileprivate func kind(isEmbedding: Bool) throws(ReductionError) -> LowRankModule.Kind {
    if isEmbedding { return .embedding }
    var shape = base?.pieces[0].weight.shape ?? []
    if case .adapter(let parameters) = source, base == nil {
      let down = parameters.tensors.first { name, _ in
        name == LoRA.inputFactor || name.hasSuffix("down.weight")
      }
      shape = down?.value.shape ?? []
      if down == nil, parameters.tensors.values.contains(where: { $0.shape.count > 2 }) {
        throw .kindNeedsBase(module: module)
      }
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
