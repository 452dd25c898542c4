import Checkpoints

/// Groups whose answers all have one reward: they teach nothing.
public enum SilentGroupsRule: HealthRule {
  public static let name = "silent-groups"
  public static let summary = "most groups of answers have one reward and teach nothing"

  /// Shares of groups that are a remark and a fault.
  static let remark = 0.5, fault = 0.8

  public static func examine(_ run: ExaminedRun) -> Examination {
    guard run.isReinforcement else { return .notMeant }
    guard let curve = run.log.curve(of: .silentGroups) else { return .notLogged(.silentGroups) }
    guard let course = CurveCourse(curve.points) else { return .tooShort(curve.column) }
    guard course.tail > remark else { return .clear }
    let side = Side(of: run)
    let isFault = course.tail > fault && side != .right
    return .found(
      Symptom(
        rule: name, status: isFault ? .suspicious : .healthy, step: course.step { $0 > remark },
        columns: [curve.column],
        evidence:
          "\(Words.percent(course.tail)) of the groups have one reward for all answers at the end "
          + "('\(curve.column)')\(side.words).",
        cause: side.cause, advice: side.advice))
  }

  /// What the answers of silent groups are.
  private enum Side {
    case right, wrong, unknown

    /// By the mean reward, if it is on a scale of 0 to 1.
    init(of run: ExaminedRun) {
      guard let course = run.outcomeCourse, course.points.allSatisfy({ (0...1).contains($0.value) })
      else {
        self = .unknown
        return
      }
      self = course.end > 0.7 ? .right : course.end < 0.3 ? .wrong : .unknown
    }

    var words: String {
      switch self {
      case .right: ", most of them right"
      case .wrong: ", most of them wrong"
      case .unknown: ""
      }
    }

    var cause: String {
      switch self {
      case .right: "The problems have become too easy."
      case .wrong: "The problems are too hard, or the policy is damaged: nothing is ever rewarded."
      case .unknown:
        "Answers of a group are too much alike, or the reward does not tell them apart."
      }
    }

    var advice: String {
      switch self {
      case .right: "Stop here, or take harder problems; drop solved ones (dynamic sampling)."
      case .wrong:
        "If the base solved some, take a checkpoint from when it did, or begin again, at a lower rate. Else begin with "
          + "easier problems, or reward a part of a solution."
      case .unknown:
        "Draw more answers for each problem, at temperature 1, and drop groups without variance (dynamic sampling)."
      }
    }
  }
}
