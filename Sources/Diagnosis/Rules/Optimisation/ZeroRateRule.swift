import Checkpoints

/// A learning rate that was zero all along.
public enum ZeroRateRule: HealthRule {
  public static let name = "zero-rate"
  public static let summary = "the learning rate was zero at every step"

  public static func examine(_ run: ExaminedRun) -> Examination {
    guard let curve = run.log.curve(of: .learningRate) else { return .notLogged(.learningRate) }
    // The first step of a warm-up has none.
    guard curve.points.count > 2 else { return .tooShort(curve.column) }
    guard curve.points.allSatisfy({ $0.value == 0 }) else { return .clear }
    return .found(
      Symptom(
        rule: name, status: .suspicious, columns: [curve.column],
        evidence: "'\(curve.column)' was 0 at all of \(curve.points.count) logged steps.",
        cause:
          "The schedule never left zero: a warm-up longer than the run, or a rate that was overwritten.",
        advice: "Check rate, warm-up and number of steps in the configuration."))
  }
}
