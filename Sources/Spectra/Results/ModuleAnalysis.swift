/// Which matrix of which checkpoint a result is about: the first columns of metrics.csv.
public struct ModuleIdentity: Codable, Hashable, Sendable {
  /// The run's name, unique within one analysis.
  public var run: String
  /// How the run was trained: `lora`, `pissa`, `full`, ….
  public var method: String
  /// The seed of the run; nil if the run does not state it.
  public var seed: Int?
  /// The training step of the checkpoint.
  public var step: Int
  /// The name in the base model without `.weight`: `model.layers.3.mlp.down_proj`.
  public var module: String
  /// The number of the layer in `module`: 3; nil for embeddings and heads.
  public var layer: Int?
  /// The shortest end of `module` that no other place of a layer has: `down_proj`.
  public var kind: String
  /// Output features.
  public var rows: Int
  /// Input features; 1 for a vector.
  public var columns: Int

  /// - Parameters:
  ///   - run: The name of the run.
  ///   - method: How it was trained: `lora`, `full`.
  ///   - seed: Its seed; nil if that is not known.
  ///   - step: The step of the checkpoint.
  ///   - module: The full name of the module.
  ///   - rows: Output features.
  ///   - columns: Input features; 1 for a vector.
  ///   - kinds: Of the modules beside it; without others the last part of its name is its kind.
  public init(
    run: String, method: String, seed: Int?, step: Int, module: String, rows: Int, columns: Int,
    among kinds: ModuleKinds? = nil
  ) {
    self.run = run
    self.method = method
    self.seed = seed
    self.step = step
    self.module = module
    self.rows = rows
    self.columns = columns
    layer = module.split(separator: ".").lazy.compactMap { Int($0) }.first
    kind = kinds?[module] ?? ModuleKinds.shortName(of: module)
  }
}

/// All results for one weight update: a row of metrics.csv and its rows of the other files.
public struct ModuleAnalysis: Codable, Equatable, Sendable {
  public var identity: ModuleIdentity
  /// Metric values by column name; a metric without meaning here (a ratio of a zero update) is absent.
  public var metrics: [String: Double]
  /// Singular values, largest first; empty where they were not computed.
  public var baseSingularValues: [Double]
  public var adaptedSingularValues: [Double]
  public var updateSingularValues: [Double]
  /// Where the update's energy lies over the base's singular index; empty without a base.
  public var projection: [ProjectionBin]
  /// How the update is spread over the heads of the weight; nil where these are unknown or not asked for.
  public var heads: HeadShares?
  /// The directions of the base with the largest change rates; empty where they are unknown or not asked for.
  public var taskDirections: [TaskDirection]
  /// What each metric against the base would be for an update unrelated to the base.
  public var nulls: [NullEstimate]
  /// How the numbers were computed.
  public var numerics: Numerics
  /// How many entries of the base or of the checkpoint are NaN, infinite or too large to square; such a
  /// module has no metrics.
  public var nonFiniteCount: Int
  /// Whether these entries are all finite and only too large.
  public var isOverflow = false
  /// Whether the update is the base rounded to another storage type, and nothing else.
  public var isRounding = false

  /// Whether the matrix was changed by training.
  public var isChanged: Bool { (metrics[UpdateFrobeniusNorm.name] ?? 0) > 0 && !isRounding }

  public init(
    identity: ModuleIdentity, metrics: [String: Double] = [:], baseSingularValues: [Double] = [],
    adaptedSingularValues: [Double] = [], updateSingularValues: [Double] = [],
    projection: [ProjectionBin] = [], heads: HeadShares? = nil,
    taskDirections: [TaskDirection] = [], nulls: [NullEstimate] = [],
    numerics: Numerics = Numerics(), nonFiniteCount: Int = 0
  ) {
    self.identity = identity
    self.metrics = metrics
    self.baseSingularValues = baseSingularValues
    self.adaptedSingularValues = adaptedSingularValues
    self.updateSingularValues = updateSingularValues
    self.projection = projection
    self.heads = heads
    self.taskDirections = taskDirections
    self.nulls = nulls
    self.numerics = numerics
    self.nonFiniteCount = nonFiniteCount
  }
}

/// One bin of equal width over the base's singular index, from the largest singular value on.
///
/// Each energy is a share: over all bins of a module each column sums to one. Each change is relative to the sum of the
/// base's singular values of the bin, and nil where that is zero or where it was not measured.
public struct ProjectionBin: Codable, Equatable, Sendable {
  /// The base's own energy, Σ σ² over the bin.
  public var baseEnergy: Double
  /// The update's energy on the bin's right and left singular vectors.
  public var updateEnergyRight: Double
  public var updateEnergyLeft: Double
  /// The same for an update in a random orientation: the bin's share of the indices.
  public var nullEnergyRight: Double
  public var nullEnergyLeft: Double
  /// Σ (σ₊ − σ) / Σ σ: how the singular values of the bin changed. Needs the spectrum of W + ΔW.
  public var spectralChange: Double?
  /// Σ uᵀ ΔW v / Σ σ: the same to first order.
  public var firstOrderChange: Double?
  /// The mean of ``spectralChange`` over sampled orientations of the update.
  public var nullSpectralChange: Double?

  public init(
    baseEnergy: Double, updateEnergyRight: Double, updateEnergyLeft: Double,
    nullEnergyRight: Double, nullEnergyLeft: Double, spectralChange: Double? = nil,
    firstOrderChange: Double? = nil, nullSpectralChange: Double? = nil
  ) {
    self.baseEnergy = baseEnergy
    self.updateEnergyRight = updateEnergyRight
    self.updateEnergyLeft = updateEnergyLeft
    self.nullEnergyRight = nullEnergyRight
    self.nullEnergyLeft = nullEnergyLeft
    self.spectralChange = spectralChange
    self.firstOrderChange = firstOrderChange
    self.nullSpectralChange = nullSpectralChange
  }
}

/// A metric's distribution for an update with the same singular values in a random orientation.
public struct NullEstimate: Codable, Equatable, Sendable {
  /// The metric's column name.
  public var metric: String
  public var mean: Double
  public var standardDeviation: Double
  /// How many orientations were drawn; nil if the moments are known in closed form.
  public var samples: Int?

  public init(metric: String, mean: Double, standardDeviation: Double, samples: Int?) {
    self.metric = metric
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.samples = samples
  }
}

/// Which algorithm gave each spectrum of a module.
public struct Numerics: Codable, Equatable, Sendable {
  /// How singular values were obtained.
  public enum Route: String, Codable, Sendable {
    /// Eigenvalues of the Gram matrix in Float64: relative error about 1e-16 · (σ₁ / σ)².
    case gram
    /// The same, but the smallest eighth of the values from the matrix itself, because they reach below 1e-6 of the largest:
    /// relative error at most about 1e-4.
    case refined
    /// Divide and conquer on the matrix itself, chosen because its spectrum (or that of its base) reaches
    /// further below.
    case gesdd
    /// QR of the factors and the SVD of an r×r core.
    case factors
    /// Block Lanczos, stopped by its residual; only the leading values.
    case lanczos
  }
  public var base: Route?
  public var update: Route?
  public var adapted: Route?

  public init(base: Route? = nil, update: Route? = nil, adapted: Route? = nil) {
    self.base = base
    self.update = update
    self.adapted = adapted
  }
}
