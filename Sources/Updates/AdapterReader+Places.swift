import Adapters
import Checkpoints
import LinearAlgebra

extension AdapterReader {
  /// A group of tensors and the weight that they adapt.
  struct Place {
    let group: AdapterGroups.Group
    /// PEFT's name of it, which the patterns of the configuration match.
    let settingsName: String
    /// The name in reports.
    let module: String
    let base: StoredMatrix?
    let expert: ExpertPosition?
  }

  /// All places, in the order of their modules. A tied head whose tensors repeat those of the embedding is left out.
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
    // A replicated layer keeps its own number, because several share one weight of the base.
    let module = original == group.module ? BaseWeights.withoutWeight(name) : group.module
    return Place(
      group: group, settingsName: group.module, module: module,
      base: try base.matrix(named: name), expert: nil)
  }

  /// The name of the module or tensor from which a replicated layer was copied; without replication, the same name.
  func originalName(of module: String) throws -> String {
    guard !configuration.layerReplication.isEmpty else { return module }
    var parts = module.split(separator: ".").map(String.init)
    guard let position = parts.firstIndex(where: { Int($0) != nil }),
      let layer = Int(parts[position])
    else { return module }
    guard let original = configuration.originalLayer(of: layer) else {
      throw UpdateError.layerOutsideReplication(
        module: module, layer: layer,
        layers: configuration.layerReplication.reduce(0) { $0 + $1.count })
    }
    parts[position] = String(original)
    return parts.joined(separator: ".")
  }

  /// The parameters of a module to which LoRA was applied; nil if it was applied to the module itself.
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

  /// The experts of the parameter that has the shape of the factors. Adapters of several parameters of one
  /// module are nested in the order of the module. No file records this order, so they are told apart by shape.
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

  /// Whether a group belongs to the head and repeats the tensors of the embedding.
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

extension AdapterConfiguration {
  /// The layer of the base that a replicated layer was copied from; nil if there is no such layer. The ranges are
  /// walked, never written out: every module asks.
  fileprivate func originalLayer(of layer: Int) -> Int? {
    guard layer >= 0 else { return nil }
    var rest = layer
    for range in layerReplication {
      if rest < range.count { return range.lowerBound + rest }
      rest -= range.count
    }
    return nil
  }
}
