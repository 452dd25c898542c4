/// How a run was trained, as its trainer recorded it. What no file says is nil.
public struct RecordedSettings: Sendable, Equatable {
  /// The class of the trainer's configuration, such as `GRPOConfig`; `sigmascope` for this program.
  public var configuration: String?
  /// The objective by the trainer's own name: `dapo`, `sigmoid`.
  public var objective: String?
  public var seed: Int?
  /// The rate at its highest, ≥ 0.
  public var learningRate: Double?
  /// The weight of the divergence from the reference policy: TRL's `beta`.
  public var divergenceWeight: Double?
  /// How many examples, or prompts with their answers, a device takes at once, and after how many such batches a step
  /// is made.
  public var batchSize: Int?
  public var accumulation: Int?
  /// How the rate changes: `cosine`, `linear`, ….
  public var schedule: String?
  /// For how many steps the rate rises.
  public var warmup: Int?
  /// The norm that the gradient is clipped to; 0 for no clip.
  public var clipNorm: Double?
  /// What the adapter started from, by this program's name.
  public var start: String?
  /// The rank and the α that the adapter was trained with. Those of its file may be others: an adapter that starts in a
  /// part of the base is saved with twice its rank.
  public var rank: Int?
  public var alpha: Double?
  /// How many numbers were trained.
  public var trainedParameters: Int?

  public init() {}

  /// These settings, and of those that no file says what another says.
  func filled(from other: RecordedSettings) -> RecordedSettings {
    var settings = self
    settings.configuration = configuration ?? other.configuration
    settings.objective = objective ?? other.objective
    settings.seed = seed ?? other.seed
    settings.learningRate = learningRate ?? other.learningRate
    settings.divergenceWeight = divergenceWeight ?? other.divergenceWeight
    settings.batchSize = batchSize ?? other.batchSize
    settings.accumulation = accumulation ?? other.accumulation
    settings.schedule = schedule ?? other.schedule
    settings.warmup = warmup ?? other.warmup
    settings.clipNorm = clipNorm ?? other.clipNorm
    settings.start = start ?? other.start
    settings.rank = rank ?? other.rank
    settings.alpha = alpha ?? other.alpha
    settings.trainedParameters = trainedParameters ?? other.trainedParameters
    return settings
  }
}
