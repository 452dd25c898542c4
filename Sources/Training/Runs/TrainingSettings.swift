package import Documents
import Foundation

/// The options of `train` that define a run. They are stated only here.
///
/// The command line and configuration files are parsed into it. `run.json`, the check of `--resume`, and the
/// fingerprint and the factors of a study are made from it. Its encoding uses the long names of the options. Options
/// that change no number of a run (where it is written, how many threads run, what is printed) are not part of it.
///
/// An optional value is nil if its default depends on other options: `resolved(choice:task:)` fills it in. A new
/// option is a property, its key, and an option of the command; tests compare the three.
public struct TrainingSettings: Codable, Sendable, Equatable {
  public enum OptimizerName: String, Codable, Sendable, CaseIterable {
    case adamw, sgd, muon, gasd
  }

  public enum ScheduleName: String, Codable, Sendable, CaseIterable {
    case constant, linear, cosine
  }

  public static let `default` = TrainingSettings()

  // The adapter.

  /// Key of a method, or of a start of LoRA.
  public var adapter = "lora"
  /// Key of the start of the factors; nil for the standard one. Resolved to nil if the method takes no start.
  public var start: String?
  public var rank = 8
  public var alpha = 16.0
  /// The share of inputs that the adapter path drops, in [0, 1).
  public var dropout = 0.0
  /// Whether answers are sampled with the dropout masks of the first pass over them.
  public var sampleWithDropout = false
  /// Kinds of modules that get an adapter, such as `q_proj`; empty for all.
  public var targets: [String] = []
  /// LoRA+: how much faster B learns than A.
  public var outputRateFactor = 16.0
  /// TinyLoRA: how many numbers a vector has.
  public var vectorSize = 64
  /// TinyLoRA: how much modules share vectors, from 0 (each has its own) to 1 (one for all).
  public var weightTying = 0.0
  /// LoRA-Dash: how many directions of the base are trained.
  public var directions = 8
  /// LoRA-Dash: after how many optimiser steps they are chosen.
  public var preLaunch = 100
  /// AdaLoRA: the rank per module that is left at the end; nil for no pruning.
  public var targetRank: Int?

  // The objective.

  /// Name of a policy objective, or ``demonstrations``.
  public var objective = DAPO.name
  /// How far the ratio may fall below 1; nil for the objective's default. Resolved to nil if it has no such clip.
  public var clipLow: Double?
  /// How far the ratio may rise above 1, or CISPO's cap; nil as for ``clipLow``.
  public var clipHigh: Double?
  /// β of the divergence from the base.
  public var kl = 0.0
  /// The coefficient of the entropy of tokens, which is rewarded.
  public var entropyBonus = 0.0
  /// Whether every importance ratio is set to 1.
  public var unitRatio = false

  // Curiosity, and the value function of objectives that need one.

  /// ω of the bonus for answers that the policy finds unlikely; 0 for none.
  public var curiosity = 0.0
  public var curiositySchedule = Curiosity.Schedule.staircase
  /// ω of the bonus for prefixes that value heads disagree about; 0 for none.
  public var criticCuriosity = 0.0
  /// How many heads estimate the value.
  public var valueHeads = 1
  /// The learning rate of the value heads, above 0.
  public var valueRate = 1e-2
  /// How far a step may move a value before its loss is clipped, above 0.
  public var valueClip = 0.2
  /// γ and λ of advantages by a value function, in [0, 1].
  public var discount = 1.0
  public var gaeLambda = 1.0

  // The task.

  public var task = ScratchpadTask.name
  /// Options of the task, each `name=value`; the task's defaults apply to all others.
  public var taskOption: [String] = []

  // Steps and answers.

  public var steps = 100
  /// Problems per step.
  public var prompts = 32
  /// Answers per problem.
  public var group = 8
  /// Above 0.
  public var temperature = 1.0
  /// The most tokens of an answer, the end token included; nil for the task's own.
  public var maxLength: Int?
  /// A text of one token that ends an answer, with `\n` for a line break; nil for the model's end token.
  public var stop: String?
  /// How many times the answers of a step are learnt from.
  public var updatesPerRollout = 1
  /// Into how many optimiser steps each pass over the answers is divided.
  public var miniBatches = 1
  /// How many times, at most, problems that teach nothing are drawn again.
  public var dynamicSampling = 0
  /// Answers within this many tokens of the limit lose up to 1; 0 for no penalty.
  public var overlongBuffer = 0

  // The optimiser.

  /// The peak of the learning rate, above 0.
  public var learningRate = 1e-3
  public var optimizer = OptimizerName.adamw
  /// The first β of AdamW, or the momentum of the others, in [0, 1).
  public var beta1 = 0.9
  /// The second β of AdamW, in [0, 1); nil for the default. Resolved to nil for other optimisers.
  public var beta2: Double?
  /// Weight decay of matrices, at least 0; decoupled for AdamW and Muon. Nil for the default.
  public var weightDecay: Double?
  /// The norm that gradients are clipped to, above 0.
  public var clipNorm = 1.0
  /// The learning rate over steps; nil for the default.
  public var schedule: ScheduleName?
  /// Steps over which the learning rate grows from zero; nil for the default.
  public var warmup: Int?

  // What other training programs do.

  /// Whether the old probabilities of ratios are read again, under dropout masks of their own.
  public var recomputedRatio = false
  /// The standard deviation of the noise on the log-probabilities that answers were drawn with, at least 0.
  public var rolloutNoise = 0.0
  /// Whether answers are drawn from weights that the update was merged into in place, and in which type.
  public var mergeCycle = MergeCycle.none
  /// The types that weights are kept in.
  public var storage = WeightStorage.float32
  /// Whether all answers are drawn from the policy of step 0.
  public var staleRollouts = false
  /// Which entries of the weight matrices of layers learn.
  public var gradientMask = GradientMask.none

  // The seed, and what is recorded.

  /// At most `Int.max`, so that JSON holds it.
  public var seed: UInt64 = 0
  /// A checkpoint every so many steps; 0 for only the early ones and the last.
  public var saveEvery = 20
  /// Evaluation on held-out problems every so many steps; 0 for never.
  public var evaluateEvery = 20
  public var evaluationProblems = 256
  /// Whether the run keeps what each step learnt from.
  public var recordRollouts = false

  public init() {}

  /// The ``objective`` of training without rewards: cross-entropy on demonstrations.
  public static let demonstrations = "sft"

  enum CodingKeys: String, CodingKey, CaseIterable {
    case adapter, start, rank, alpha, dropout, targets
    case sampleWithDropout = "sample-with-dropout"
    case outputRateFactor = "output-rate-factor"
    case vectorSize = "vector-size"
    case weightTying = "weight-tying"
    case directions
    case preLaunch = "pre-launch"
    case targetRank = "target-rank"
    case objective, kl
    case clipLow = "clip-low"
    case clipHigh = "clip-high"
    case entropyBonus = "entropy-bonus"
    case unitRatio = "unit-ratio"
    case curiosity
    case curiositySchedule = "curiosity-schedule"
    case criticCuriosity = "critic-curiosity"
    case valueHeads = "value-heads"
    case valueRate = "value-rate"
    case valueClip = "value-clip"
    case discount
    case gaeLambda = "gae-lambda"
    case task
    case taskOption = "task-option"
    case steps, prompts, group, temperature, stop
    case maxLength = "max-length"
    case updatesPerRollout = "updates-per-rollout"
    case miniBatches = "mini-batches"
    case dynamicSampling = "dynamic-sampling"
    case overlongBuffer = "overlong-buffer"
    case optimizer, beta1, beta2, schedule, warmup
    case learningRate = "learning-rate"
    case weightDecay = "weight-decay"
    case clipNorm = "clip-norm"
    case recomputedRatio = "recomputed-ratio"
    case rolloutNoise = "rollout-noise"
    case mergeCycle = "merge-cycle"
    case storage
    case staleRollouts = "stale-rollouts"
    case gradientMask = "gradient-mask"
    case seed
    case saveEvery = "save-every"
    case evaluateEvery = "evaluate-every"
    case evaluationProblems = "evaluation-problems"
    case recordRollouts = "record-rollouts"
  }

  /// The long names of the options, in the order of the keys.
  public static let names = CodingKeys.allCases.map(\.rawValue)

  /// Every setting by its name; null where it is nil.
  /// - Throws: `EncodingError` for a number that is not finite; ``check()`` finds such numbers first.
  package func json() throws -> JSONValue {
    let found = try JSONValue(parsing: Array(JSONEncoder().encode(self)))
    return .object(
      Self.names.sorted().map { JSONValue.Member(key: $0, value: found[$0] ?? .null) })
  }
}
