import Foundation
import Spectra

/// Claim 18: the update narrows under reinforcement and widens under demonstrations.
public enum StableRankOverTime: Claim {
  public static let number = 18
  public static let statement =
    "The stable rank of a full update falls in the course of RL and rises in the course of SFT."
  public static let source = "2026, arXiv 2606.07082"
  public static let reported = "Contracts under RLVR, grows under SFT; a figure without numbers."
  public static let rule = """
    Full training at its best rate with the common objective and with demonstrations, if both improve: \
    stable_rank at the last step by that at the first that was looked at is below 1/1.1 under RL and above \
    1.1 under SFT, with the whole 95 % interval over at least 3 seeds.
    """

  public static func judge(_ study: StudyResults) -> ClaimFinding {
    let both = TwoTrainings(study)
    return .all(
      of: [growth(both.reinforced, .below), growth(both.supervised, .above)], given: both.improve)
  }

  private static func growth(
    _ group: SeedGroup, _ direction: MarginTest.Direction
  ) -> MarginTest {
    let name = StableRank.name
    return group.test(
      "\(name), \(group.name), last by first", direction, margin: log(1.1), scale: .logarithm
    ) { run in
      run.final(name).flatMap { last in run.first(name).map { log(last / $0) } }
    }
  }
}
