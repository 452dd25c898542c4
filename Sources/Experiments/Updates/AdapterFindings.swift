import Adapters
import Checkpoints
import LinearAlgebra

/// Collects what is worth saying about an adapter; what concerns several modules is said once.
struct AdapterFindings {
  let configuration: AdapterConfiguration
  let groups: AdapterGroups
  private var findings: [UpdateFinding] = []
  /// The modules in which a factor is zero, by the factor.
  private var zeroFactors: [String: [String]] = [:]
  private var rankZeroModules: [String] = []
  private var inspectedCount = 0

  init(configuration: AdapterConfiguration, groups: AdapterGroups) {
    self.configuration = configuration
    self.groups = groups
  }

  mutating func add(_ finding: UpdateFinding) {
    if !findings.contains(finding) { findings.append(finding) }
  }

  /// Looks at the tensors of one module.
  mutating func inspect(
    _ tensors: [String: Tensor], adapter: any Adapter, parameters: AdapterParameters
  ) {
    let module = adapter.resolved.module
    inspectedCount += 1
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
      let count = tensor.values.count { !$0.isFinite }
      if count > 0 { add(.notFinite(tensor: "\(module).\(name)", count: count)) }
    }
    let hasStart = parameters.settings.start != nil || parameters.initial != nil
    if !hasStart {
      let zero = type(of: adapter).factorNames.sorted().first { tensors[$0]?.isZero == true }
      if let zero { zeroFactors[zero, default: []].append(module) }
    }
    guard let rank = adapter.resolved.rank else { return }
    if rank == 0 { rankZeroModules.append(module) }
    let configured = parameters.settings.rank
    if configuration.peftType == "LORA", adapter.resolved.method != TrainableTokens.key,
      rank != configured
    {
      add(.rankDiffers(module: module, configured: configured, found: rank))
    }
  }

  /// Compares a few of the smallest modules with the base they are said to be for.
  mutating func compare(_ modules: [ModuleUpdate]) throws {
    var candidates: [(module: ModuleUpdate, parameters: AdapterParameters)] = []
    for module in modules {
      if case .adapter(let parameters) = module.source, module.base != nil,
        parameters.settings.expert == nil, parameters.savedBase == nil,
        parameters.tensors["lora_A.weight"]?.shape.count == 2,
        (module.resolved?.rank ?? 0) > 0
      {
        candidates.append((module, parameters))
      }
    }
    let chosen = candidates.sorted {
      ($0.module.rows * $0.module.columns, $0.module.module)
        < ($1.module.rows * $1.module.columns, $1.module.module)
    }.prefix(3)
    try compareBlocks(chosen.map { $0 })
    try compareMagnitudes(chosen.map { $0 })
  }

  private mutating func compareBlocks(
    _ candidates: [(module: ModuleUpdate, parameters: AdapterParameters)]
  ) throws {
    let initialization = configuration.initialization
    let claimsBlock =
      initialization.start == .approximable || initialization == .pissa
    guard claimsBlock || initialization.start == .zero else { return }
    var blocks: [(module: String, block: SingularBlock)] = []
    for (module, parameters) in candidates where parameters.initial == nil {
      guard let base = module.base, let rank = module.resolved?.rank else { continue }
      let block = try parameters.block(of: base, rank: rank)
      if let block { blocks.append((module.module, block)) }
    }
    guard let worst = blocks.max(by: { $0.block.distance < $1.block.distance }) else { return }
    let isReproduced = blocks.allSatisfy(\.block.isReproduced)
    if claimsBlock {
      add(
        .baseMatch(
          module: worst.module, distance: worst.block.distance, matches: isReproduced))
    } else if isReproduced {
      add(
        .startSuspected(
          module: worst.module, part: worst.block.part, distance: worst.block.distance))
    }
  }

  private mutating func compareMagnitudes(
    _ candidates: [(module: ModuleUpdate, parameters: AdapterParameters)]
  ) throws {
    var worst: (module: String, deviation: Double)?
    for (module, parameters) in candidates {
      guard let base = module.base,
        let adapter = try parameters.adapterWithoutStart() as? SavedDoRA
      else { continue }
      let deviation = try adapter.magnitudeDeviation(of: base)
      if deviation > worst?.deviation ?? -1 { worst = (module.module, deviation) }
    }
    if let worst { add(.magnitudeMatch(module: worst.module, deviation: worst.deviation)) }
  }

  /// All findings, those of the configuration last.
  func finished(_ settings: ResolvedSettings, base: BaseWeights?) -> [UpdateFinding] {
    var result = findings
    for (parameter, modules) in zeroFactors.sorted(by: { $0.key < $1.key }) {
      result.append(
        .zeroFactor(parameter: parameter, modules: modules.sorted(), of: inspectedCount))
    }
    if !rankZeroModules.isEmpty { result.append(.rankZero(modules: rankZeroModules.sorted())) }
    if configuration.peftType == "ADALORA" {
      if configuration.adaLoRA.rankPattern == nil { result.append(.neverPruned) }
      if let type = base?.model.storageType, type == .bfloat16 || type == .float16 {
        result.append(.divisorMayHaveTrained(storage: type.rawValue))
      }
    }
    if !configuration.invocationTokens.isEmpty { result.append(.conditional) }
    let unused = [
      ("rank_pattern", settings.unusedRankPatterns),
      ("alpha_pattern", settings.unusedAlphaPatterns),
      ("target_modules", unusedTargets(settings)),
    ]
    for (field, patterns) in unused where !patterns.isEmpty {
      result.append(.unusedPatterns(field: field, patterns: patterns))
    }
    return result
  }

  /// A module that was trained whole may stand among the targets too.
  private func unusedTargets(_ settings: ResolvedSettings) -> [String] {
    settings.unusedTargets.filter { !configuration.modulesToSave.contains($0) }
  }
}

extension AdapterParameters {
  /// How the raw product lies to the base; nil for one that is zero or not finite.
  fileprivate func block(of base: StoredMatrix, rank: Int) throws -> SingularBlock? {
    var factors = try parameters()
    guard factors.values.allSatisfy({ $0.values.allSatisfy(\.isFinite) }) else { return nil }
    // DoRA's factors are those of LoRA.
    factors["lora_magnitude_vector"] = nil
    var settings = settings
    settings.start = nil
    let adapter = try AdapterRegistry.adapter(parameters: factors, settings: settings)
    let product = try adapter.weightUpdate(of: AbsentBase(for: adapter))
    let weight = try base.matrix()
    guard product.isFinite, weight.values.allSatisfy(\.isFinite) else { return nil }
    return try SingularBlock(product: product, rank: rank, base: weight)
  }
}

extension WeightUpdate {
  /// Whether its parts are: a huge scale overflows them.
  fileprivate var isFinite: Bool {
    switch self {
    case .zero: true
    case .dense(let matrix): matrix.values.allSatisfy(\.isFinite)
    case .factored(let left, let right): (left.values + right.values).allSatisfy(\.isFinite)
    case .rowScaling(let scales), .columnScaling(let scales): scales.allSatisfy(\.isFinite)
    }
  }
}
