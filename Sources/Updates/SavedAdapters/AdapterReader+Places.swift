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
    var module: String
    let base: StoredMatrix?
    let expert: ExpertPosition?

    /// The name that the checkpoint gives to the weight.
    var ownName: String {
      guard let expert, let kind = settingsName.split(separator: ".").last else {
        return group.module
      }
      return "\(group.module).\(expert.index).\(kind)"
    }
  }

  /// All places, in the order of their modules. A tied head whose tensors repeat those of the embedding is left out, and so
  /// are modules that the base has not.
  /// - Throws: ``UpdateError/anotherBase(compared:of:strangers:nearest:)`` if the base has few of the modules.
  func places(_ findings: inout AdapterFindings) throws -> [Place] {
    var places: [Place] = []
    var strangers: [String] = []
    var translations = NameTranslations()
    for group in groups.groups {
      if let original = try tiedOriginal(of: group) {
        findings.add(.tiedCopy(tensor: group.module, of: original))
      } else if let parameters = try targetParameters(of: group) {
        places += try expertPlaces(group, parameters)
      } else if let place = try modulePlace(group, &translations) {
        places.append(place)
      } else {
        strangers.append(group.module)
      }
    }
    try base?.requireMost(compared: places.count, strangers: strangers, ending: ".weight")
    if !strangers.isEmpty { findings.add(.new(tensors: strangers)) }
    translations.finding.map { findings.add($0) }
    return try named(places, &findings)
  }

  /// Gives the places whose modules belong to one weight of the base the names that the checkpoint has for them.
  private func named(_ places: [Place], _ findings: inout AdapterFindings) throws -> [Place] {
    let counts = places.reduce(into: [String: Int]()) { $0[$1.module, default: 0] += 1 }
    let shared = counts.filter { $0.value > 1 }.keys.sorted()
    guard !shared.isEmpty else { return places }
    findings.add(.sharedWeights(tensors: shared))
    var named = places
    for index in named.indices where counts[named[index].module] ?? 0 > 1 {
      named[index].module = named[index].ownName
    }
    var seen: Set<String> = []
    for place in named where !seen.insert(place.module).inserted {
      throw UpdateError.sharedName(module: place.module)
    }
    return named
  }

  /// The place of a group that adapts a whole module; nil if the base has no such module.
  private func modulePlace(
    _ group: AdapterGroups.Group, _ translations: inout NameTranslations
  ) throws -> Place? {
    guard let base else {
      return Place(
        group: group, settingsName: group.module, module: group.module, base: nil, expert: nil)
    }
    let original = try originalName(of: group.module)
    // PyTorch's attention keeps one parameter for queries, keys and values.
    let names = [original + ".weight", original + ".in_proj_weight"]
    if let name = names.lazy.compactMap({ base.name(of: $0) }).first {
      // A replicated layer keeps its own number, because several share one weight of the base.
      let isReplicated = original != group.module
      let module = BaseWeights.withoutWeight(name)
      if !isReplicated, !names.contains(name) { translations.add(group.module, means: module) }
      return Place(
        group: group, settingsName: group.module, module: isReplicated ? group.module : module,
        base: try base.matrix(named: name), expert: nil)
    }
    return try base.stackedExpert(of: names[0]).map {
      Place(
        group: group, settingsName: group.module, module: group.module, base: $0, expert: nil)
    }
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
  ///
  /// A target names a parameter by its whole name or by the end of it. One without an owner, such as `gate_up_proj`, may
  /// belong to any module that has such a parameter.
  private func targetParameters(of group: AdapterGroups.Group) throws -> [String]? {
    var names: Set<String> = []
    for target in configuration.targetParameters {
      if let dot = target.lastIndex(of: ".") {
        let owner = target[..<dot]
        guard group.module == owner || group.module.hasSuffix(".\(owner)") else { continue }
        names.insert(group.module + target[dot...])
      } else {
        let name = "\(group.module).\(target)"
        let isParameter =
          try base.map { try !$0.experts(of: originalName(of: name)).isEmpty }
          ?? group.module.hasSuffix(".experts")
        if isParameter { names.insert(name) }
      }
    }
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

  /// The embedding whose tensors a group of the head repeats, if it does.
  private func tiedOriginal(of group: AdapterGroups.Group) throws -> String? {
    guard base?.model.tiedEmbeddings ?? true, group.module.hasSuffix("lm_head"),
      let down = group.tensors["lora_A.weight"], let up = group.tensors["lora_B.weight"],
      down.shape.count == 2, up.shape.count == 2
    else { return nil }
    let twinShape = [down.shape[0], up.shape[0]]
    for other in groups.groups where other.tensors["lora_embedding_A"]?.shape == twinShape {
      guard let otherDown = other.tensors["lora_embedding_A"],
        let otherUp = other.tensors["lora_embedding_B"]
      else { continue }
      let twinDown = try matrix(otherUp).transposed()
      let twinUp = try matrix(otherDown).transposed()
      if try matrix(down) == twinDown, try matrix(up) == twinUp { return other.module }
    }
    return nil
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
