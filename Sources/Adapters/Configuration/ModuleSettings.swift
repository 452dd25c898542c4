import LinearAlgebra

/// How the base stores a weight.
public enum WeightLayout: Sendable, Equatable {
  /// out × in: linear layers; out × (in · kernel) for convolutions.
  case outByIn
  /// in × out: the `Conv1D` of GPT-2 and its relatives.
  case inByOut
}

/// Which of the stacked weights of a fused parameter is meant.
public struct ExpertPosition: Sendable, Equatable {
  public let index: Int
  public let count: Int

  /// - Precondition: `index` counts from zero and is below `count`.
  public init(index: Int, count: Int) {
    precondition((0..<count).contains(index), "an expert is one of the \(count) experts")
    self.index = index
    self.count = count
  }
}

/// Everything that determines the update of one module, apart from its tensors.
public struct ModuleSettings: Sendable {
  /// The module's name without `base_model.model.`.
  public let module: String
  /// `r` as configured for this module. If the tensors have another rank, theirs counts.
  public let rank: Int
  /// `lora_alpha` as configured for this module, or the user's.
  public let alpha: Double
  public let configuration: AdapterConfiguration
  /// How the base stores the weight.
  public var layout: WeightLayout
  /// The expert, where the parameter stacks several.
  public var expert: ExpertPosition?
  /// The initial product of the factors, if it was not zero.
  package var start: SavedStart?
  /// How many modules the adapter is on.
  package var moduleCount = 1

  package init(
    module: String, rank: Int, alpha: Double, configuration: AdapterConfiguration,
    layout: WeightLayout = .outByIn, expert: ExpertPosition? = nil, start: SavedStart? = nil
  ) {
    self.module = module
    self.rank = rank
    self.alpha = alpha
    self.configuration = configuration
    self.layout = layout
    self.expert = expert
    self.start = start
  }

  /// α/r, or α/√r if the scaling is rank-stabilised.
  /// - Parameter rank: The rank of the tensors; if it is 0, the scale is 0.
  /// - Throws: ``AdapterError/zeroAlpha(module:)`` if alpha is 0, which some merging tools write when they do not
  ///   know it.
  public func scale(rank: Int) throws(AdapterError) -> Double {
    guard alpha != 0 else { throw .zeroAlpha(module: module) }
    guard rank > 0 else { return 0 }
    return LoRA.scale(
      alpha: alpha, rank: rank, isRankStabilized: configuration.usesRankStabilizedScaling)
  }
}

extension ModuleSettings {
  /// Whether the base stores the weight in × out.
  var isTransposed: Bool { layout == .inByOut }

  /// The outputs and inputs of a weight that is stored in this layout.
  func features(of base: MatrixShape) -> (outputs: Int, inputs: Int) {
    isTransposed ? (base.columns, base.rows) : (base.rows, base.columns)
  }

  /// The shape in which the base stores a weight with these outputs and inputs.
  func stored(outputs: Int, inputs: Int) -> MatrixShape {
    isTransposed
      ? MatrixShape(rows: inputs, columns: outputs) : MatrixShape(rows: outputs, columns: inputs)
  }

  /// A matrix, out × in, in the layout of the base.
  func stored(_ matrix: Matrix) -> Matrix { isTransposed ? matrix.transposed() : matrix }
}

/// The settings of a module as resolved, for `inspect`.
public struct ResolvedModule: Sendable, Equatable {
  public let module: String
  /// Key of the method, as ``Adapter/method``.
  public let method: String
  /// The rank of the tensors; nil for a method without one.
  public let rank: Int?
  /// Nil for a method without one.
  public let alpha: Double?
  /// The factor on the product of the tensors.
  public let scale: Double

  public init(module: String, method: String, rank: Int?, alpha: Double?, scale: Double) {
    self.module = module
    self.method = method
    self.rank = rank
    self.alpha = alpha
    self.scale = scale
  }
}

extension AdapterConfiguration {
  /// The settings of the given modules, in their order, and the patterns that match none of them.
  /// - Throws: ``AdapterError/invalidPattern(_:)``, ``AdapterError/unsupportedPattern(_:reason:)``.
  public func settings(for modules: [String]) throws(AdapterError) -> ResolvedSettings {
    let ranks = try rankPattern.positions(for: modules)
    let alphas = try alphaPattern.positions(for: modules)
    let settings = modules.indices.map { index in
      var settings = ModuleSettings(
        module: modules[index],
        rank: ranks[index].map { rankPattern.entries[$0].value } ?? rank,
        alpha: alphaOverride ?? alphas[index].map { alphaPattern.entries[$0].value } ?? alpha,
        configuration: self, layout: isFanInFanOut ? .inByOut : .outByIn)
      settings.moduleCount = modules.count
      return settings
    }
    let targets = try checkedTargets(modules)
    return ResolvedSettings(
      modules: settings,
      unusedRankPatterns: rankPattern.unused(ranks),
      unusedAlphaPatterns: alphaPattern.unused(alphas),
      unusedTargets: targets.unused, uncheckedPatterns: targets.unchecked)
  }

  /// The targets that match no module and are not excluded, and by its field an expression that is not matched here: no update
  /// depends on either.
  private func checkedTargets(
    _ modules: [String]
  ) throws(AdapterError) -> (unused: [String], unchecked: [String: String]) {
    let unused: [String]
    do {
      unused = try targetModules?.unmatched(by: modules) ?? []
    } catch .unsupportedPattern(let pattern, _) {
      return ([], ["target_modules": pattern])
    }
    guard let excludedModules else { return (unused, [:]) }
    do {
      var left: [String] = []
      for target in unused where try !excludedModules.matches(target) { left.append(target) }
      return (left, [:])
    } catch .unsupportedPattern(let pattern, _) {
      return ([], ["exclude_modules": pattern])
    }
  }
}

/// The settings of all modules of an adapter.
public struct ResolvedSettings: Sendable {
  public let modules: [ModuleSettings]
  /// Keys of `rank_pattern` that match no module, or only modules that an earlier key matches.
  public let unusedRankPatterns: [String]
  /// Keys of `alpha_pattern`, likewise.
  public let unusedAlphaPatterns: [String]
  /// Entries of `target_modules` that match no module and are not excluded.
  public let unusedTargets: [String]
  /// Expressions of `target_modules` and `exclude_modules`, by field, of a kind that is not matched here.
  public let uncheckedPatterns: [String: String]
}

extension PatternTable {
  fileprivate func unused(_ positions: [Int?]) -> [String] {
    entries.indices.filter { !positions.contains($0) }.map { entries[$0].pattern }
  }
}
