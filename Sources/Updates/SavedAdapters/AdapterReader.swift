import Adapters
import Checkpoints
import LinearAlgebra

/// Reads an adapter: finds what each of its tensors changes in the base.
///
/// Each group of tensors gives one or more places (a group and the weight that it adapts). Each place gives
/// its updates.
struct AdapterReader {
  /// The checkpoint of step 0 in the run: the adapter before training.
  enum InitialCheckpoint {
    case absent
    /// The checkpoint that is read is the one of step 0.
    case itself
    case folder(AdapterFolder)
  }

  let folder: AdapterFolder
  let configuration: AdapterConfiguration
  let base: BaseWeights?
  let groups: AdapterGroups
  /// The modules of step 0, by their path.
  let initialGroups: [String: AdapterGroups.Group]
  let initial: InitialCheckpoint

  init(
    folder: AdapterFolder, initial: InitialCheckpoint, base: ModelFolder?, alpha: Double?
  ) throws {
    var configuration = try AdapterConfiguration(folder)
    configuration.alphaOverride = alpha
    let methods = try AdapterRegistry.methods(for: configuration)
    let arranged = { (folder: AdapterFolder) throws(CheckpointError) in
      if let base { try folder.arranged(over: base) } else { folder }
    }
    self.folder = try arranged(folder)
    self.configuration = configuration
    self.base = base.map(BaseWeights.init)
    self.initial = initial
    groups = try AdapterGroups(self.folder.entries, methods: methods)
    var initialGroups: [String: AdapterGroups.Group] = [:]
    if case .folder(let first) = initial {
      for group in try AdapterGroups(arranged(first).entries, methods: methods).groups {
        initialGroups[group.path] = group
      }
    }
    self.initialGroups = initialGroups
  }

  func updates() throws -> CheckpointUpdates {
    if groups.groups.isEmpty, groups.values.isEmpty, !groups.shared.isEmpty {
      throw UpdateError.onlyShared(names: groups.shared.keys.sorted())
    }
    var findings = AdapterFindings(configuration: configuration, groups: groups)
    let places = try self.places(&findings)
    let names = orderedNames(places)
    let settings = try configuration.settings(for: names)
    let settingsByName = Dictionary(
      zip(names, settings.modules), uniquingKeysWith: { first, _ in first })
    let replayed = try replayedParameters(places)
    // Tensors that all modules share are read once, and so are those that the experts of one parameter share.
    let shared = try folder.weights.tensors(groups.shared).merging(replayed) { $1 }
    var own: (group: [String: TensorDescription], tensors: [String: Tensor]) = ([:], [:])
    var modules: [ModuleUpdate] = []
    var vectors: [VectorUpdate] = []
    var inspected: Set<String> = []
    for place in places {
      guard let moduleSettings = settingsByName[place.settingsName] else { continue }
      if own.group != place.group.tensors {
        own = (place.group.tensors, try folder.weights.tensors(place.group.tensors))
      }
      let used = groups.shared(with: place.group.module)
      let tensors = shared.filter { used[$0.key] != nil || replayed[$0.key] != nil }
        .merging(own.tensors) { $1 }
      let prepared = try prepare(
        place, settings: moduleSettings, shared: used, tensors: tensors, replayed: replayed,
        &findings)
      inspected.formUnion(place.group.tensors.values.map(\.name) + used.values.map(\.name))
      if let module = prepared.module { modules.append(module) }
      vectors += prepared.vectors
    }
    let values = try valueUpdates(leavingOut: Set(vectors.map(\.name)), &findings)
    modules += values.modules
    vectors += values.vectors
    let others = folder.entries.lazy.filter { !inspected.contains($0.tensor.name) }
    for finding in try UnmeasuredWeights.findings(
      in: others.map { ($0.name, ModelWeight($0.tensor, in: folder.weights)) }, besides: modules,
      vectors)
    { findings.add(finding) }
    try findings.compareWithBase()
    return CheckpointUpdates(
      method: methodName(modules), modules: modules, vectors: vectors,
      findings: findings.finished(settings, base: base))
  }

  /// The names without repetitions, in order.
  private func orderedNames(_ places: [Place]) -> [String] {
    var seen: Set<String> = []
    return places.map(\.settingsName).filter { seen.insert($0).inserted }
  }

  /// The key of the method, or of its start if that has a name of its own, such as `pissa`.
  private func methodName(_ modules: [ModuleUpdate]) -> String {
    let own =
      modules.lazy.compactMap { $0.resolved?.method }.first { $0 != TrainableTokens.key }
      ?? configuration.methodOfType
    return own == LoRA.key || own == TargetParameters.key ? configuration.nameOfLoRA : own
  }

  /// Shared tensors that are missing in the file, drawn again.
  private func replayedParameters(_ places: [Place]) throws -> [String: Tensor] {
    let methods = try AdapterRegistry.methods(for: configuration)
    for method in methods
    where method.sharedParameterNames.contains(where: { groups.shared[$0] == nil }) {
      // The rank decides how much is drawn; it is not trusted unless a tensor has it.
      guard let size = method.replayedSize(configuration) else { continue }
      let isHeld = groups.groups.contains { group in
        group.tensors.values.contains { $0.shape.contains(size) && $0.elementCount >= size }
      }
      guard isHeld else { throw AdapterError.rankNotInTensors(configuration.rank) }
      let shapes = try places.map { place in
        guard let base = place.base, let baseWeights = self.base else {
          throw AdapterError.baseNeeded(module: place.module, method: method.method)
        }
        let layout = baseWeights.layout(
          of: place.group.module, isFanInFanOut: configuration.isFanInFanOut)
        return layout == .outByIn
          ? base.matrixShape
          : MatrixShape(rows: base.columns, columns: base.rows)
      }
      return method.replayedParameters(shapes: shapes, configuration: configuration)
    }
    return [:]
  }
}
