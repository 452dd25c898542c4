import Checkpoints

/// Preference training that makes preferred answers less likely, too.
///
/// **Source:** Pal et al., “Smaug”, arXiv 2402.13228; Razin et al., “Unintentional unalignment”, arXiv 2410.08847.
public enum DisplacementRule: HealthRule {
  public static let name = "displacement"
  public static let summary = "preferred answers become less likely together with the others"

  public static func examine(_ run: ExaminedRun) -> Examination {
    guard run.settings.kind == .preference else { return .notMeant }
    guard let chosen = run.log.curve(of: .chosenReward) ?? run.log.curve(of: .chosenLogProbability),
      let rejected = run.log.curve(of: .rejectedReward)
        ?? run.log.curve(of: .rejectedLogProbability)
    else { return .notLogged(.chosenReward) }
    guard let good = CurveCourse(chosen.points), let bad = CurveCourse(rejected.points) else {
      return .tooShort(chosen.column)
    }
    guard good.hasFallen, bad.hasFallen else { return .clear }
    let gain = good.change - bad.change
    return .found(
      Symptom(
        // Both sink further than they part: more was forgotten than learnt.
        rule: name, status: -good.change > gain ? .suspicious : .healthy,
        columns: [chosen.column, rejected.column],
        evidence:
          "'\(chosen.column)' fell from \(Words.number(good.start)) to \(Words.number(good.end)) and "
          + "'\(rejected.column)' from \(Words.number(bad.start)) to \(Words.number(bad.end)): preferred answers became "
          + "less likely, too.",
        cause:
          "The margin can grow while both answers lose probability to others that no pair has; most of all where "
          + "the two are alike.",
        advice:
          "Read what the model writes. Train at \(run.lowerRate), add a term for the likelihood of "
          + "preferred answers (rpo_alpha, ORPO, CPO), raise beta, or train on the preferred answers first."
      ))
  }
}
