import Adapters
import Checkpoints
import LinearAlgebra
import Updates

/// Tensors that are written with all their numbers.
extension ReductionParts {
  mutating func add(_ vector: VectorUpdate) throws {
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
      // The module of the adapter may be called otherwise in the base.
      let owner = factored.first { "\($0.update.module).bias" == vector.name }
      saved = savedName(owner.map { "\($0.name).bias" } ?? vector.name)
      values = .computed(zip(try base.values(), change).map { $0 + $1 }, like: base.storageType)
      shape = [change.count]
    }
    // PEFT saves the modules of modules_to_save with all their tensors, and with bias="all" every bias.
    let isBias = saved.parameter == "bias"
    if !isBias { try addBias(beside: vector.name, of: saved.module) }
    whole.append(
      Whole(
        tensor: vector.name,
        parameter: WholeParameter(
          module: saved.module, parameter: saved.parameter, shape: shape,
          role: isBias ? .bias : .savedModule),
        values: values))
  }

  /// Adds the bias of a norm whose gain is saved, changed or not.
  mutating func addBias(beside weight: String, of module: String) throws {
    let name = weight.hasSuffix(".weight") ? weight.dropLast("weight".count) + "bias" : ""
    let isChanged = try source.updates.vectors.contains { vector in
      try vector.name == name && vector.change().contains { $0 != 0 }
    }
    guard !isChanged, let base = source.base, base.hasWeight(named: String(name)) else { return }
    let bias = try base.weight(named: String(name))
    whole.append(
      Whole(
        tensor: String(name),
        parameter: WholeParameter(
          module: module, parameter: "bias", shape: bias.shape, role: .savedModule),
        values: .stored(StoredMatrix(bias))))
  }

  /// A LoRA that is zero, for an adapter of whole tensors alone: PEFT loads none without a target. It is put on the first
  /// linear layer, if there is one on a square one, whose factors fit in either layout. Nil if the base is not known.
  func carrier() -> LowRankModule? {
    guard let base = source.base else { return nil }
    let layers = base.parameters.filter { weight in
      weight.shape.count == 2 && weight.name.hasSuffix(".weight")
        && !EmbeddingNames.include(String(weight.name.dropLast(".weight".count)))
    }
    guard let weight = layers.first(where: { $0.rows == $0.columns }) ?? layers.first else {
      return nil
    }
    return LowRankModule(
      name: savedName(weight.name).module, kind: .linear,
      factors: FactorPair(
        input: Matrix(rows: 1, columns: weight.columns),
        output: Matrix(rows: weight.rows, columns: 1)), alpha: 1)
  }

  /// Heads made for the task. Weights that are numbered, such as those of more layers, would need another model.
  mutating func addNewTensors() throws {
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
          tensor: name,
          parameter: WholeParameter(
            module: saved.module, parameter: saved.parameter, shape: tensor.shape,
            role: .savedModule),
          values: .stored(StoredMatrix(ModelWeight(tensor, in: tensors)))))
    }
  }
}
