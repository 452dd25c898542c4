/// Claim 26: an adapter with a residual base is half of a policy.
public enum ReloadNeedsItsBase: Claim {
  public static let number = 26
  public static let statement =
    "A PiSSA adapter put on the pretrained base, its residual forgotten, is not the trained policy."
  public static let source = "this project"
  public static let reported = """
    A rival explanation of claim 1: an evaluation that reloads the factors alone would measure a collapse \
    that never was.
    """
  public static let rule = """
    PiSSA at its best rate of those that were probed, if it improves: the accuracy without the residual \
    base less the final score is below −0.1 with the whole 95 % interval over at least 3 seeds. Other \
    starts with a residual base, and a start made again with another seed, are shown aside.
    """

  public static func judge(_ study: StudyResults) -> ClaimFinding {
    let (without, other) = (ProbeName.accuracyWithoutResidual, ProbeName.accuracyWithOtherStart)
    let principal = probed("pissa", without, in: study)
    let others = ["milora", "middle", "random-residual", "olora"].flatMap { adapter in
      [without, other].map { change(probed(adapter, $0, in: study), $0) }
    }
    return .all(
      of: [change(principal, without)], given: [principal.gain(.above, margin: 0)], aside: others)
  }

  private static func probed(
    _ adapter: String, _ probe: String, in study: StudyResults
  ) -> SeedGroup {
    study.bestGroup(adapter, where: { $0.probes[probe] != nil })
  }

  private static func change(_ group: SeedGroup, _ probe: String) -> MarginTest {
    group.test("\(probe) less final score, \(group.name)", .below, margin: 0.1) { run in
      run.probes[probe].flatMap { value in run.finalScore.map { value - $0 } }
    }
  }
}
