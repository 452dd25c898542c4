public import Studies

/// How far a study is.
public struct StudyProgress: Sendable {
  /// Finished runs and all runs.
  public let done: Int, total: Int
  /// Seconds since this session of it began, and an estimate of those left; nil before the first run.
  public let elapsed: Double, remaining: Double?
  /// What was finished last.
  public let last: StudyRun
}

/// Counts finished runs and their cost.
actor StudyMeter {
  private let total: Int
  private let cost: Double
  private let report: @Sendable (StudyProgress) -> Void
  private let start = ContinuousClock.now
  private var done: Int
  private var spent = 0.0

  init(
    total: Int, done: Int, cost: Double, report: @escaping @Sendable (StudyProgress) -> Void
  ) {
    self.total = total
    self.done = done
    self.cost = cost
    self.report = report
  }

  func finished(_ run: StudyRun, cost runCost: Double) {
    done += 1
    spent += runCost
    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    report(
      StudyProgress(
        done: done, total: total, elapsed: elapsed,
        remaining: spent > 0 ? elapsed * (cost - spent) / spent : nil, last: run))
  }
}
