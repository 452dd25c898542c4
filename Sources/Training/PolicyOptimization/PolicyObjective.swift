/// What a step of policy optimisation minimises: how rewards become advantages, and how advantages and
/// probability ratios become a loss.
///
/// A new objective is a type in `Objectives` and one line in ``PolicyObjectiveRegistry/all``. Numbers
/// are per token of each completion, in double precision. Where a loss has a kink, the derivative is that
/// of the branch that the loss takes.
public protocol PolicyObjective: Sendable {
  /// Key on the command line.
  static var name: String { get }
  /// One line for `list objectives`.
  static var summary: String { get }
  /// The clip of its ratios, if the user chooses none.
  static var usualClip: ObjectiveClip { get }

  /// Whether advantages come from a value function; by default they do not.
  static var needsValues: Bool { get }

  init(options: ObjectiveOptions)

  /// The advantage of every token, from all rewards of a rollout; by default the reward, standardised within its group.
  func advantages(of rollout: RolloutSignals) -> [[Double]]

  /// The loss of some completions, and its derivatives.
  func evaluate(_ batch: ObjectiveBatch) -> ObjectiveValue
}

extension PolicyObjective {
  public static var needsValues: Bool { false }

  public func advantages(of rollout: RolloutSignals) -> [[Double]] {
    Advantages.spread(Advantages.standardized(rollout), over: rollout)
  }
}

/// All objectives, in the order in which they are listed.
public enum PolicyObjectiveRegistry {
  public static let all: [any PolicyObjective.Type] = [
    GRPO.self,
    DrGRPO.self,
    DAPO.self,
    GSPO.self,
    CISPO.self,
    RLOO.self,
    ReinforcePlusPlus.self,
    ReinforcePlusPlusBaseline.self,
    PPO.self,
  ]

  public static func find(_ name: String) -> (any PolicyObjective.Type)? {
    all.first { $0.name == name }
  }
}

/// What a user chooses about an objective.
public struct ObjectiveOptions: Sendable, Equatable {
  /// ε below and above 1 of the clipped ratio; nil for the objective's own.
  public var clipLow: Double?
  public var clipHigh: Double?
  /// β of the divergence from the base policy.
  public var divergenceCoefficient: Double
  /// The coefficient of the mean entropy of tokens, which is rewarded.
  public var entropyCoefficient: Double
  /// Treats the sampling policy as equal to the trained one, so that every ratio is 1. This is an arm of a study:
  /// with dropout, the two policies differ before any update.
  public var forcesUnitRatio: Bool
  /// γ and λ of advantages by a value function.
  public var discount: Double
  public var traceDecay: Double
  /// ω of the bonus for prefixes that value heads disagree about.
  public var criticCuriosity: Double

  public init(
    clipLow: Double? = nil, clipHigh: Double? = nil, divergenceCoefficient: Double = 0,
    entropyCoefficient: Double = 0, forcesUnitRatio: Bool = false, discount: Double = 1,
    traceDecay: Double = 1, criticCuriosity: Double = 0
  ) {
    self.clipLow = clipLow
    self.clipHigh = clipHigh
    self.divergenceCoefficient = divergenceCoefficient
    self.entropyCoefficient = entropyCoefficient
    self.forcesUnitRatio = forcesUnitRatio
    self.discount = discount
    self.traceDecay = traceDecay
    self.criticCuriosity = criticCuriosity
  }
}

/// Where an objective clips its ratios.
public struct ObjectiveClip: Sendable, Equatable {
  /// ε below 1; nil for no clip from below.
  public let low: Double?
  /// ε above 1, or the cap itself if the objective says so.
  public let high: Double

  public init(low: Double?, high: Double) {
    self.low = low
    self.high = high
  }
}

/// The input of advantages: all completions of a rollout, in consecutive groups of equal size.
public struct RolloutSignals: Sendable {
  /// One per completion.
  public let rewards: [Double]
  public let groupSize: Int
  /// Log-probabilities of all tokens under the policy that sampled.
  public let oldLogProbabilities: [[Double]]
  /// Log-probabilities under the base, if the divergence from it counts.
  public let referenceLogProbabilities: [[Double]]?
  /// What the value function says, if the objective needs one.
  public let values: ValueEstimate?

  /// - Precondition: The rewards form whole groups, one reward per completion.
  public init(
    rewards: [Double], groupSize: Int, oldLogProbabilities: [[Double]],
    referenceLogProbabilities: [[Double]]? = nil, values: ValueEstimate? = nil
  ) {
    precondition(
      groupSize > 0 && rewards.count % groupSize == 0
        && rewards.count == oldLogProbabilities.count,
      "rewards come in whole groups, one a completion")
    self.rewards = rewards
    self.groupSize = groupSize
    self.oldLogProbabilities = oldLogProbabilities
    self.referenceLogProbabilities = referenceLogProbabilities
    self.values = values
  }
}

/// Completions as one optimiser step sees them.
public struct ObjectiveBatch: Sendable {
  /// Of all tokens, under the policy that is trained.
  public var logProbabilities: [[Double]]
  /// Under the policy that sampled.
  public var oldLogProbabilities: [[Double]]
  /// Under the base; nil if no divergence counts.
  public var referenceLogProbabilities: [[Double]]?
  /// What the loss of each token is multiplied by, without its divergence and entropy, because another policy than the old
  /// one sampled; nil for 1. They are constants.
  public var samplingWeights: [[Double]]?
  /// Of the distributions that the tokens were predicted with.
  public var entropies: [[Double]]
  /// As ``PolicyObjective/advantages(of:)`` gives them.
  public var advantages: [[Double]]
  /// The most tokens that a completion may have.
  public var maximumLength: Int

  public init(
    logProbabilities: [[Double]], oldLogProbabilities: [[Double]],
    referenceLogProbabilities: [[Double]]? = nil, samplingWeights: [[Double]]? = nil,
    entropies: [[Double]], advantages: [[Double]], maximumLength: Int
  ) {
    self.logProbabilities = logProbabilities
    self.oldLogProbabilities = oldLogProbabilities
    self.referenceLogProbabilities = referenceLogProbabilities
    self.samplingWeights = samplingWeights
    self.entropies = entropies
    self.advantages = advantages
    self.maximumLength = maximumLength
  }

  /// The number of tokens.
  var tokenCount: Int { logProbabilities.reduce(0) { $0 + $1.count } }
}

/// A loss and its derivatives.
public struct ObjectiveValue: Sendable, Equatable {
  public var loss: Double
  /// ∂L/∂log p of every token.
  public var tokenWeights: [[Double]]
  /// ∂L/∂H of every token's distribution.
  public var entropyWeights: [[Double]]
  /// The share of tokens (or sequences) at which the clip binds from below, and from above.
  public var clippedLow = 0.0
  public var clippedHigh = 0.0
  /// Mean of k3 over tokens; nil without a reference.
  public var divergence: Double?
}
