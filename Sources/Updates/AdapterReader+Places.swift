import Adapters
import Checkpoints
import LinearAlgebra

extension AdapterReader {
  /// A group of tensors and the weight that they are for.
  struct Place {
    let group: AdapterGroups.Group
    /// As PEFT names it, for the patterns of the configuration.
    let settingsName: String
    /// As it is reported.
    let module: String
    let base: StoredMatrix?
    let expert: ExpertPosition?
  }

  /// All places, in the order of their modules; the head's copy of what the embedding has too is left out.
  func places(_ findings: inout AdapterFindings) throws -> [Place] {
    var places: [Place] = []
    for group in groups.groups {
      if try isTiedTwin(group) {
        findings.add(.tiedHeadCountedOnce(tensor: group.module))
      } else if let parameters = targetParameters(of: group) {
        places += try expertPlaces(group, parameters)
      } else {
        places.append(try modulePlace(group))
      }
    }
    return places
  }

  private func modulePlace(_ group: AdapterGroups.Group) throws -> Place {
    guard let base else {
      return Place(
        group: group, settingsName: group.module, module: group.module, base: nil, expert: nil)
    }
    let original = try originalName(of: group.module)
    guard let name = base.name(of: original + ".weight") else {
      throw UpdateError.moduleNotInBase(
        module: group.module, nearest: base.nearest(to: original + ".weight"))
    }
    // A replicated layer keeps its own number, since two share one weight of the base.
    let module = original == group.module ? BaseWeights.withoutWeight(name) : group.module
    return Place(
      group: group, settingsName: group.module, module: module,
      base: try base.matrix(named: name), expert: nil)
  }

  /// The module, or tensor, of the base that one of replicated layers was copied from.
  func originalName(of module: String) throws -> String {
    let layers = configuration.layerReplication.flatMap(Array.init)
    guard !layers.isEmpty else { return module }
    var parts = module.split(separator: ".").map(String.init)
    guard let position = parts.firstIndex(where: { Int($0) != nil }),
      let layer = Int(parts[position])
    else { return module }
    guard layers.indices.contains(layer) else {
      throw UpdateError.layerOutsideReplication(
        module: module, layer: layer, layers: layers.count)
    }
    parts[position] = String(layers[layer])
    return parts.joined(separator: ".")
  }

  /// The parameters of a module that LoRA was put on, or nil if it was put on the module.
  private func targetParameters(of group: AdapterGroups.Group) -> [String]? {
    let names = Set(
      configuration.targetParameters.compactMap { target -> String? in
        guard let dot = target.lastIndex(of: ".") else { return nil }
        let owner = target[..<dot]
        guard group.module == owner || group.module.hasSuffix(".\(owner)") else { return nil }
        return group.module + target[dot...]
      })
    return names.isEmpty ? nil : names.sorted()
  }

  /// The experts of the parameter whose shape the factors have. Several parameters of one module
  /// nest in the order of the module, which no file tells; their shapes differ.
  private func expertPlaces(
    _ group: AdapterGroups.Group, _ parameters: [String]
  ) throws -> [Place] {
    guard let base else {
      throw AdapterError.baseNeeded(module: group.module, method: TargetParameters.key)
    }
    guard let down = group.tensors["lora_A.weight"], let up = group.tensors["lora_B.weight"],
      down.shape.count == 2, up.shape.count == 2
    else {
      throw AdapterError.unknownParameters(
        module: group.module, parameters: group.tensors.keys.sorted())
    }
    let factors = [up.shape[0], down.shape[1]]
    for parameter in parameters {
      let experts = try base.experts(of: originalName(of: parameter))
      guard let shape = experts.first?.matrix.shape,
        shape == factors || shape == factors.reversed()
      else { continue }
      return experts.enumerated().map { index, expert in
        Place(
          group: group, settingsName: parameter, module: expert.name, base: expert.matrix,
          expert: ExpertPosition(index: index, count: experts.count))
      }
    }
    throw UpdateError.targetParameterUnknown(
      module: group.module, parameters: parameters, factors: factors)
  }

  /// Whether a group is the head's copy of what is saved for the embedding too.
  private func isTiedTwin(_ group: AdapterGroups.Group) throws -> Bool {
    guard base?.model.tiedEmbeddings ?? true, group.module.hasSuffix("lm_head"),
      let down = group.tensors["lora_A.weight"], let up = group.tensors["lora_B.weight"],
      down.shape.count == 2, up.shape.count == 2
    else { return false }
    let twinShape = [down.shape[0], up.shape[0]]
    for other in groups.groups where other.tensors["lora_embedding_A"]?.shape == twinShape {
      guard let otherDown = other.tensors["lora_embedding_A"],
        let otherUp = other.tensors["lora_embedding_B"]
      else { continue }
      let twinDown = try matrix(otherUp).transposed()
      let twinUp = try matrix(otherDown).transposed()
      if try matrix(down) == twinDown, try matrix(up) == twinUp { return true }
    }
    return false
  }

  private func matrix(_ tensor: TensorDescription) throws -> Matrix {
    Matrix(
      rows: tensor.rowCount, columns: tensor.columnCount,
      values: try folder.weights.doubles(of: tensor, elements: 0..<tensor.elementCount))
  }
}
