/// How a run was trained: what its files say, nothing guessed. A setting that no file names is nil or empty.
public struct RunSettings: Codable, Equatable, Sendable {
  /// The program that wrote the run, such as `TRL GRPO` or `verl`.
  public var trainer: String?
  /// What kind of training it was: which curve says how it went.
  public var kind: TrainingKind
  /// The objective by the trainer's own name: `dapo`, `sigmoid`.
  public var objective: String?
  /// The highest rate that was set or logged; schedules start and end lower.
  public var learningRate: Double?
  /// The rank that the adapter was trained with; where no file says it, that of most adapted modules as they are stored.
  public var rank: Int?
  /// LoRA's α, likewise.
  public var alpha: Double?
  /// What the product of the factors is multiplied by.
  public var scale: Double?
  public var dropout: Double?
  /// Where the adapter started: `pissa`, `gaussian`, ….
  public var start: String?
  /// The kinds of adapted modules, sorted: `q_proj`, ….
  public var targets: [String]
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
  /// How many numbers the adapter has; for a full checkpoint, those of its matrices.
  public var trainedParameters: Int?

  public init(
    trainer: String? = nil, kind: TrainingKind = .unknown, learningRate: Double? = nil,
    rank: Int? = nil, alpha: Double? = nil, scale: Double? = nil, dropout: Double? = nil,
    start: String? = nil, targets: [String] = [], trainedParameters: Int? = nil
  ) {
    self.trainer = trainer
    self.kind = kind
    self.learningRate = learningRate
    self.rank = rank
    self.alpha = alpha
    self.scale = scale
    self.dropout = dropout
    self.start = start
    self.targets = targets
    self.trainedParameters = trainedParameters
  }
}

extension RunSettings {
  /// How it was trained, in a line, without the adapter: `TRL GRPO (dapo), rate 3e-3 constant, seed 0, 18688 parameters`.
  package func words(seed: Int?) -> String {
    let program = trainer.map { $0 + (objective.map { " (\($0))" } ?? "") }
    let rate = learningRate.map { "rate \(Words.rate($0))" + (schedule.map { " \($0)" } ?? "") }
    let batch = batchSize.map {
      "batch \($0)" + (accumulation.map { $0 > 1 ? " × \($0)" : "" } ?? "")
    }
    return [
      program, rate, batch, start.map { "start \($0)" }, seed.map { "seed \($0)" },
      trainedParameters.map { "\($0) parameters" },
    ].compactMap(\.self).joined(separator: ", ")
  }
}
