/// What a step of policy optimisation minimises: how rewards become advantages, and how advantages and
/// probability ratios become a loss.
///
/// A new objective is a type in `Objectives` and one line in ``PolicyObjectiveRegistry/all``. Numbers
/// are per token of each completion, in double precision; where a loss has a kink, the derivative is that
/// of the branch that the loss takes.
public protocol PolicyObjective: Sendable {
  /// Key on the command line.
  static var name: String { get }
  /// One line for `list objectives`.
  static var summary: String { get }

  init(options: ObjectiveOptions)

  /// The advantage of every token, from all rewards of a rollout.
  func advantages(of rollout: RolloutSignals) -> [[Double]]

  /// The loss of some completions, and its derivatives.
  func evaluate(_ batch: ObjectiveBatch) -> ObjectiveValue
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
  /// What the mean entropy of tokens is rewarded with.
  public var entropyCoefficient: Double
  /// Takes the sampling policy to be the trained one: every ratio is 1. An arm of a study, for policies
  /// that dropout makes differ before any update.
  public var forcesUnitRatio: Bool

  public init(
    clipLow: Double? = nil, clipHigh: Double? = nil, divergenceCoefficient: Double = 0,
    entropyCoefficient: Double = 0, forcesUnitRatio: Bool = false
  ) {
    self.clipLow = clipLow
    self.clipHigh = clipHigh
    self.divergenceCoefficient = divergenceCoefficient
    self.entropyCoefficient = entropyCoefficient
    self.forcesUnitRatio = forcesUnitRatio
  }
}

/// What advantages are made of: all completions of a rollout, groups of one size one after the other.
public struct RolloutSignals: Sendable {
  /// One a completion.
  public let rewards: [Double]
  public let groupSize: Int
  /// Under the policy that sampled, for every token.
  public let oldLogProbabilities: [[Double]]
  /// Under the base, if a divergence from it counts.
  public let referenceLogProbabilities: [[Double]]?

  /// - Precondition: The rewards are whole groups, one for each completion.
  public init(
    rewards: [Double], groupSize: Int, oldLogProbabilities: [[Double]],
    referenceLogProbabilities: [[Double]]? = nil
  ) {
    precondition(
      groupSize > 0 && rewards.count % groupSize == 0
        && rewards.count == oldLogProbabilities.count,
      "rewards come in whole groups, one a completion")
    self.rewards = rewards
    self.groupSize = groupSize
    self.oldLogProbabilities = oldLogProbabilities
    self.referenceLogProbabilities = referenceLogProbabilities
  }
}

/// Completions as one optimiser step sees them.
public struct ObjectiveBatch: Sendable {
  /// Under the policy that is trained, for every token.
  public var logProbabilities: [[Double]]
  /// Under the policy that sampled.
  public var oldLogProbabilities: [[Double]]
  /// Under the base; absent where no divergence counts.
  public var referenceLogProbabilities: [[Double]]?
  /// Of the distributions that the tokens were predicted with.
  public var entropies: [[Double]]
  /// As ``PolicyObjective/advantages(of:)`` gives them.
  public var advantages: [[Double]]
  /// The most tokens that a completion may have.
  public var maximumLength: Int

  public init(
    logProbabilities: [[Double]], oldLogProbabilities: [[Double]],
    referenceLogProbabilities: [[Double]]? = nil, entropies: [[Double]], advantages: [[Double]],
    maximumLength: Int
  ) {
    self.logProbabilities = logProbabilities
    self.oldLogProbabilities = oldLogProbabilities
    self.referenceLogProbabilities = referenceLogProbabilities
    self.entropies = entropies
    self.advantages = advantages
    self.maximumLength = maximumLength
  }

  /// Σ tokens.
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
