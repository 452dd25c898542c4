import Adapters
import Checkpoints
import LinearAlgebra

/// Finds, for each tensor of an adapter, what it changes in the base.
struct AdapterUpdates {
  /// What the run holds of the adapter before training.
  enum InitialCheckpoint {
    case absent
    /// The checkpoint is itself the first.
    case itself
    case folder(AdapterFolder)
  }

  let folder: AdapterFolder
  let configuration: AdapterConfiguration
  let base: BaseWeights?
  let groups: AdapterGroups
  /// The modules of step 0, by their name and depth.
  let initialGroups: [String: AdapterGroups.Group]
  let initial: InitialCheckpoint

  init(
    folder: AdapterFolder, initial: InitialCheckpoint, base: ModelFolder?, alpha: Double?
  ) throws {
    var configuration = try AdapterConfiguration(folder)
    configuration.alphaOverride = alpha
    let methods = try AdapterRegistry.methods(for: configuration)
    self.folder = folder
    self.configuration = configuration
    self.base = base.map(BaseWeights.init)
    self.initial = initial
    groups = AdapterGroups(folder.entries, methods: methods)
    var initialGroups: [String: AdapterGroups.Group] = [:]
    if case .folder(let first) = initial {
      for group in AdapterGroups(first.entries, methods: methods).groups {
        initialGroups["\(group.module) \(group.depth)"] = group
      }
    }
    self.initialGroups = initialGroups
  }

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

  func updates() throws -> CheckpointUpdates {
    var findings = AdapterFindings(configuration: configuration, groups: groups)
    let places = try self.places(&findings)
    let names = orderedNames(places)
    let settings = try configuration.settings(for: names)
    let settingsByName = Dictionary(
      zip(names, settings.modules), uniquingKeysWith: { first, _ in first })
    let replayed = try replayedParameters(places)
    var modules: [ModuleUpdate] = []
    var vectors: [VectorUpdate] = []
    for place in places {
      guard let moduleSettings = settingsByName[place.settingsName] else { continue }
      let prepared = try prepare(place, settings: moduleSettings, replayed: replayed, &findings)
      if let module = prepared.module { modules.append(module) }
      vectors += prepared.vectors
    }
    let values = try valueUpdates(leavingOut: Set(vectors.map(\.name)), &findings)
    modules += values.modules
    vectors += values.vectors
    try findings.compare(modules)
    return CheckpointUpdates(
      method: methodName(modules), modules: modules, vectors: vectors,
      findings: findings.finished(settings, base: base))
  }

  /// Each name once, in order.
  private func orderedNames(_ places: [Place]) -> [String] {
    var seen: Set<String> = []
    return places.map(\.settingsName).filter { seen.insert($0).inserted }
  }

  /// The method, or its start where the field has a name for it.
  private func methodName(_ modules: [ModuleUpdate]) -> String {
    let own =
      modules.lazy.compactMap { $0.resolved?.method }.first { $0 != TrainableTokens.key }
      ?? folder.peftType.lowercased().replacing("_", with: "-")
    guard own == LoRA.key || own == TargetParameters.key else { return own }
    switch configuration.initialization {
    case .standard, .random, .other:
      return configuration.usesRankStabilizedScaling ? "rslora" : LoRA.key
    case .pissaIterated: return "pissa"
    case let initialization:
      return initialization.name.replacing("_", with: "-")
    }
  }

  // MARK: Places

  private func places(_ findings: inout AdapterFindings) throws -> [Place] {
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

  /// Shared tensors that the file leaves out.
  private func replayedParameters(_ places: [Place]) throws -> [String: Tensor] {
    let methods = try AdapterRegistry.methods(for: configuration)
    for method in methods
    where method.sharedParameterNames.contains(where: { groups.shared[$0] == nil }) {
      // The configuration is not trusted with a size that no tensor has.
      let rank = configuration.rank
      let isHeld = groups.groups.contains { group in
        group.tensors.values.contains { $0.shape.contains(rank) && $0.elementCount >= rank }
      }
      guard isHeld else { throw AdapterError.rankNotInTensors(rank) }
      let shapes = try places.map { place in
        guard let base = place.base, let baseWeights = self.base else {
          throw AdapterError.baseNeeded(module: place.module, method: method.method)
        }
        let layout = baseWeights.layout(
          of: place.group.module, isFanInFanOut: configuration.isFanInFanOut)
        return layout == .outByIn
          ? MatrixShape(rows: base.rows, columns: base.columns)
          : MatrixShape(rows: base.columns, columns: base.rows)
      }
      return method.replayedParameters(shapes: shapes, configuration: configuration)
    }
    return [:]
  }
}
