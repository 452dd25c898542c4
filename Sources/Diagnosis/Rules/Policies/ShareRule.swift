import Checkpoints

/// A rule of reinforcement learning about a logged share of tokens or answers: above one level at the end it is remarked
/// on, above another it is a fault.
protocol ShareRule: HealthRule {
  static var quantity: LoggedQuantity { get }
  /// Shares that are a remark and a fault.
  static var remark: Double { get }
  static var fault: Double { get }
  /// What is said of a share that is too large.
  static func words(
    _ course: CurveCourse, in column: String, of run: ExaminedRun
  ) -> (evidence: String, cause: String, advice: String)
}

extension ShareRule {
  public static func examine(_ run: ExaminedRun) -> Examination {
    guard run.isReinforcement else { return .notMeant }
    guard let curve = run.log.curve(of: quantity) else { return .notLogged(quantity) }
    guard let course = CurveCourse(curve.points) else { return .tooShort(curve.column) }
    guard course.tail > remark else { return .clear }
    let (evidence, cause, advice) = words(course, in: curve.column, of: run)
    return .found(
      Symptom(
        rule: name, status: course.tail > fault ? .suspicious : .healthy,
        step: course.step { $0 > remark }, columns: [curve.column], evidence: evidence,
        cause: cause,
        advice: advice))
  }
}
