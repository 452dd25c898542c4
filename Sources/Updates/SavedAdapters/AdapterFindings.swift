import Adapters
import Checkpoints
import LinearAlgebra

/// Collects the findings about an adapter; those that concern several modules are reported once.
struct AdapterFindings {
  let configuration: AdapterConfiguration
  let groups: AdapterGroups
  private var findings: [Finding] = []
  /// For each factor, the modules in which it is zero.
  private var zeroFactors: [String: [String]] = [:]
  private var rankZeroModules: [String] = []
  /// For each rank of the configuration and rank of the tensors, where they differ, the modules.
  private var otherRanks: [[Int]: [String]] = [:]
  private var inspectedCount = 0
  /// The smallest modules so far that can be compared with the base, smallest first.
  private var candidates: [Candidate] = []

  init(configuration: AdapterConfiguration, groups: AdapterGroups) {
    self.configuration = configuration
    self.groups = groups
  }

  mutating func add(_ finding: Finding) {
    if !findings.contains(finding) { findings.append(finding) }
  }

  /// Inspects the tensors of one module.
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
      otherRanks[[configured, rank], default: []].append(module)
    }
  }

  /// Keeps a module and its tensors if it is one of the smallest that can be compared with the base.
  mutating func remember(
    _ module: ModuleUpdate, adapter: any Adapter, tensors: [String: Tensor],
    parameters: AdapterParameters
  ) {
    guard let base = module.base, parameters.settings.expert == nil, parameters.savedBase == nil,
      tensors["lora_A.weight"]?.shape.count == 2, let rank = adapter.resolved.rank, rank > 0
    else { return }
    candidates.append(
      Candidate(
        module: module.module, size: module.rows * module.columns, base: base, rank: rank,
        adapter: adapter, tensors: tensors, parameters: parameters))
    candidates.sort { ($0.size, $0.module) < ($1.size, $1.module) }
    candidates = Array(candidates.prefix(Self.comparedCount))
  }

  /// A module that is compared with the given base.
  fileprivate struct Candidate {
    let module: String
    /// The number of entries of the weight.
    let size: Int
    let base: StoredMatrix
    let rank: Int
    let adapter: any Adapter
    let tensors: [String: Tensor]
    let parameters: AdapterParameters
  }

  private static let comparedCount = 3

  /// Compares the remembered modules with the base.
  mutating func compareWithBase() throws {
    try compareBlocks()
    try compareParts()
    try compareMagnitudes()
  }

  private mutating func compareBlocks() throws {
    let initialization = configuration.initialization
    let claimsBlock =
      initialization.start == .approximable || initialization == .pissa
    guard claimsBlock || initialization.start == .zero else { return }
    var blocks: [(module: String, block: SingularBlock)] = []
    for candidate in candidates where candidate.showsStart(isClaimed: claimsBlock) {
      if let block = try candidate.block() { blocks.append((candidate.module, block)) }
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

  /// A decomposition that returns the largest triplets makes PiSSA of a start that means the smallest.
  private mutating func compareParts() throws {
    let initialization = configuration.initialization
    guard let part = initialization.part else { return }
    var blocks: [(module: String, block: SingularBlock)] = []
    for candidate in candidates {
      if let block = try candidate.block() { blocks.append((candidate.module, block)) }
    }
    guard let worst = blocks.max(by: { $0.block.distance < $1.block.distance }),
      blocks.allSatisfy({ $0.block.isReproduced && $0.block.part != part })
    else { return }
    add(
      .startOfOtherPart(
        initialization: initialization.name, module: worst.module, part: worst.block.part,
        distance: worst.block.distance))
  }

  private mutating func compareMagnitudes() throws {
    var worst: (module: String, deviation: Double)?
    for candidate in candidates {
      guard let adapter = candidate.adapter as? SavedDoRA else { continue }
      let deviation = try adapter.magnitudeDeviation(of: candidate.base)
      if deviation > worst?.deviation ?? -1 { worst = (candidate.module, deviation) }
    }
    if let worst { add(.magnitudeMatch(module: worst.module, deviation: worst.deviation)) }
  }

  /// All findings; those about the configuration come last.
  func finished(_ settings: ResolvedSettings, base: BaseWeights?) -> [Finding] {
    var result = findings
    for (parameter, modules) in zeroFactors.sorted(by: { $0.key < $1.key }) {
      result.append(
        .zeroFactor(parameter: parameter, modules: modules.sorted(), of: inspectedCount))
    }
    for (ranks, modules) in otherRanks.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      result.append(
        .rankDiffers(modules: modules.sorted(), configured: ranks[0], found: ranks[1]))
    }
    if !rankZeroModules.isEmpty { result.append(.rankZero(modules: rankZeroModules.sorted())) }
    if configuration.peftType == "ADALORA" {
      if configuration.adaLoRA.rankPattern == nil { result.append(.neverPruned) }
      if let type = base?.model.storageType, type == .bfloat16 || type == .float16 {
        result.append(.divisorMayHaveTrained(storage: type.rawValue))
      }
    }
    if configuration.peftType == "PSOFT" { result.append(.signsUnrecorded) }
    if !configuration.invocationTokens.isEmpty { result.append(.conditional) }
    if !groups.router.isEmpty { result.append(.routerNotRead(tensors: groups.router)) }
    let unused = [
      ("rank_pattern", settings.unusedRankPatterns),
      ("alpha_pattern", settings.unusedAlphaPatterns),
      ("target_modules", unusedTargets(settings)),
    ]
    for (field, patterns) in unused where !patterns.isEmpty {
      result.append(.unusedPatterns(field: field, patterns: patterns))
    }
    for (field, pattern) in settings.uncheckedPatterns.sorted(by: { $0.key < $1.key }) {
      result.append(.uncheckedPatterns(field: field, patterns: [pattern]))
    }
    return result
  }

  /// The targets that match no module, without modules of `modules_to_save`, which may be listed as targets too.
  private func unusedTargets(_ settings: ResolvedSettings) -> [String] {
    settings.unusedTargets.filter { !configuration.modulesToSave.contains($0) }
  }
}

extension AdapterFindings.Candidate {
  /// Whether the factors tell of the start. A recorded start needs no guess; a checkpoint of step 0 shows the start that its
  /// configuration claims, and is itself what a start that it does not claim is subtracted by.
  fileprivate func showsStart(isClaimed: Bool) -> Bool {
    switch parameters.initial {
    case nil: true
    case .itself: isClaimed
    case .recorded: false
    }
  }

  /// Compares the product of the factors, without start and magnitudes, with the block of the base between the same
  /// subspaces. Nil if the product is zero, or if the product or the base is not finite.
  fileprivate func block() throws -> SingularBlock? {
    guard tensors.values.allSatisfy({ $0.values.allSatisfy(\.isFinite) }) else { return nil }
    // The factors of DoRA and KaSA are those of LoRA.
    var factors = tensors
    for name in ["lora_magnitude_vector", "lora_diag"] { factors[name] = nil }
    var settings = parameters.settings
    settings.start = nil
    let adapter = try AdapterRegistry.adapter(parameters: factors, settings: settings)
    let product = try adapter.weightUpdate(of: AbsentBase(for: adapter))
    return product.isFinite ? try SingularBlock(product: product, rank: rank, base: base) : nil
  }
}

extension WeightUpdate {
  /// Whether all its parts are finite; a huge scale makes them overflow.
  fileprivate var isFinite: Bool {
    switch self {
    case .zero: true
    case .dense(let matrix): matrix.values.allSatisfy(\.isFinite)
    case .factored(let left, let right): (left.values + right.values).allSatisfy(\.isFinite)
    case .rowScaling(let scales), .columnScaling(let scales): scales.allSatisfy(\.isFinite)
    }
  }
}
