import Foundation

/// A bonus for answers that the policy itself finds unlikely, which is taken away as training goes on.
///
/// r̃ = r + ω · min(|r|/κ, α·B), where B is the log-perplexity of the answer. The first bound keeps the order of right and
/// wrong answers. With rewards of 0 and 1 it would leave nothing for a wrong answer, so a bonus needs rewards that are coded
/// as −1 … 1: `coded(_:)`.
///
/// **Source:** Dai et al., "CDE", 2025, arXiv 2509.09675, section 3.1, with its α and κ. The values of its schedules are not
/// known to us: the staircase that ends after a third of the training is our choice.
public struct Curiosity: Sendable, Equatable {
  /// How ω falls over the steps of a run.
  public enum Schedule: String, Codable, Sendable, CaseIterable {
    /// ω for the first third of the steps, then nothing.
    case staircase
    /// From ω to nothing, in a line.
    case linear
    /// From ω to nothing, along half a cosine.
    case cosine
    /// Always ω.
    case constant
  }

  /// ω at the first step; 0 for no bonus.
  public var weight: Double
  public var schedule: Schedule
  /// α of the answer's log-perplexity.
  static let perplexityShare = 1.0
  /// κ: a bonus is at most this part of the reward's magnitude.
  static let rewardDivisor = 3.0

  public init(weight: Double = 0, schedule: Schedule = .staircase) {
    self.weight = weight
    self.schedule = schedule
  }

  /// A reward of 0 … 1 as −1 … 1.
  package static func coded(_ reward: Double) -> Double { 2 * reward - 1 }

  /// ω at a step, counted from 0.
  package func weight(at step: Int, of steps: Int) -> Double {
    let progress = Double(step) / Double(max(steps, 1))
    return switch schedule {
    case .constant: weight
    case .linear: weight * max(0, 1 - progress)
    case .cosine: weight * 0.5 * (1 + cos(.pi * min(progress, 1)))
    case .staircase: 3 * step < steps ? weight : 0
    }
  }

  /// What is added to a coded reward, before ω.
  package static func bonus(reward: Double, logPerplexity: Double) -> Double {
    min(abs(reward) / rewardDivisor, perplexityShare * logPerplexity)
  }
}
