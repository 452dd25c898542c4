import LinearAlgebra

/// The results for one run: its medians over steps, its curves and a verdict in words.
public struct RunAnalysis: Codable, Equatable, Sendable {
  public var name: String
  public var method: String
  public var seed: Int?
  /// Where the base weights came from, and the hash of their contents.
  public var base: BaseIdentity?
  /// One summary per analysed checkpoint, by ascending step.
  public var steps: [StepSummary]
  /// What the trainer logged, by name (`reward`, `loss`, `entropy`, …), ascending in step.
  public var curves: [String: [CurvePoint]]
  public var verdict: Verdict
  /// The warnings of the checkpoint's reader, one line each.
  public var findings: [String]

  public init(
    name: String, method: String, seed: Int?, base: BaseIdentity?, steps: [StepSummary],
    curves: [String: [CurvePoint]], verdict: Verdict, findings: [String]
  ) {
    self.name = name
    self.method = method
    self.seed = seed
    self.base = base
    self.steps = steps
    self.curves = curves
    self.verdict = verdict
    self.findings = findings
  }
}

/// A point of a logged curve.
public struct CurvePoint: Codable, Equatable, Sendable {
  public var step: Int
  public var value: Double

  public init(step: Int, value: Double) {
    self.step = step
    self.value = value
  }
}

/// The base that an analysis compares with.
public struct BaseIdentity: Codable, Equatable, Sendable {
  /// As given or found: a name or a path.
  public var name: String
  /// XXH3 (128 bits) over the names, shapes and contents of the analysed base tensors.
  public var contentHash: String

  public init(name: String, contentHash: String) {
    self.name = name
    self.contentHash = contentHash
  }
}

/// The medians over all matrices of one checkpoint.
public struct StepSummary: Codable, Equatable, Sendable {
  public var step: Int
  /// The median of each metric over the modules that have it.
  public var medians: [String: Double]
  /// How many modules changed at all, and how many were analysed.
  public var changedModules: Int
  public var modules: Int
  /// Modules with a NaN, an infinity or numbers too large to square, and other tensors of the checkpoint with a NaN or an
  /// infinity.
  public var nonFiniteModules: [String]
  /// 0 (healthy) … 1 (collapsed); see docs/metrics.md.
  public var collapseScore: Double?

  public init(
    step: Int, medians: [String: Double], changedModules: Int, modules: Int,
    nonFiniteModules: [String], collapseScore: Double?
  ) {
    self.step = step
    self.medians = medians
    self.changedModules = changedModules
    self.modules = modules
    self.nonFiniteModules = nonFiniteModules
    self.collapseScore = collapseScore
  }
}

extension StepSummary {
  /// The summary of one checkpoint from its modules.
  /// - Parameters:
  ///   - step: The checkpoint's.
  ///   - modules: All that were analysed at this step.
  ///   - nonFiniteTensors: Tensors beside these modules that are not finite.
  ///   - collapseScore: As `CollapseScore` gives it.
  public init(
    step: Int, modules: [ModuleAnalysis], nonFiniteTensors: [String] = [], collapseScore: Double?
  ) {
    var columns = [String: [Double]]()
    for module in modules {
      for (name, value) in module.metrics { columns[name, default: []].append(value) }
    }
    self.init(
      step: step, medians: columns.compactMapValues(SampleQuantile.median),
      changedModules: modules.count(where: \.isChanged),
      modules: modules.count,
      nonFiniteModules: modules.filter { $0.nonFiniteCount > 0 }.map(\.identity.module)
        + nonFiniteTensors,
      collapseScore: collapseScore)
  }
}

/// A judgement in words, with the facts it rests on.
public struct Verdict: Codable, Equatable, Sendable {
  public enum Status: String, Codable, Sendable {
    /// No sign of collapse.
    case healthy
    /// Some signs of collapse.
    case suspicious
    /// The run has collapsed, by its reward or by its weights.
    case collapsed
    /// No weight changed.
    case unchanged
    /// Some weights of a checkpoint are NaN, infinite or too large to square.
    case nonFinite
  }
  public var status: Status
  /// One sentence for a headline.
  public var headline: String
  /// Further sentences: what changed most, in how many directions, on or off the principal subspace compared
  /// with chance, how the base's spectrum moved, how the stable rank developed.
  public var sentences: [String]
  /// For each kind of module, the median over its modules of the rank that holds 99 % of an update's energy,
  /// rounded up.
  public var suggestedRanks: [String: Int]

  public init(
    status: Status, headline: String, sentences: [String], suggestedRanks: [String: Int]
  ) {
    self.status = status
    self.headline = headline
    self.sentences = sentences
    self.suggestedRanks = suggestedRanks
  }
}

/// A whole analysis: everything that the files and the page are written from.
public struct Analysis: Codable, Equatable, Sendable {
  /// The command line that made it.
  public var command: [String]
  public var version: String
  /// K, the number of principal directions for shares and angles; a small matrix may use fewer.
  public var topCount: Int
  /// Sorted by run, step and module.
  public var modules: [ModuleAnalysis]
  /// Vectors (biases, norm gains) that changed: their norms.
  public var vectors: [VectorChange]
  public var runs: [RunAnalysis]

  public init(
    command: [String], version: String, topCount: Int, modules: [ModuleAnalysis],
    vectors: [VectorChange], runs: [RunAnalysis]
  ) {
    self.command = command
    self.version = version
    self.topCount = topCount
    self.modules = modules
    self.vectors = vectors
    self.runs = runs
  }
}

/// The change of a bias or a norm's gain.
public struct VectorChange: Codable, Equatable, Sendable {
  /// Here `module` is the tensor's whole name, `rows` its length and `columns` 1.
  public var identity: ModuleIdentity
  /// Nil if an entry is not finite.
  public var updateNorm: Double?
  public var relativeUpdateNorm: Double?
  /// How many entries of the change are NaN or infinite, because those of the checkpoint or of the base are.
  public var nonFiniteCount: Int

  public init(
    identity: ModuleIdentity, updateNorm: Double?, relativeUpdateNorm: Double?,
    nonFiniteCount: Int = 0
  ) {
    self.identity = identity
    self.updateNorm = updateNorm
    self.relativeUpdateNorm = relativeUpdateNorm
    self.nonFiniteCount = nonFiniteCount
  }
}
