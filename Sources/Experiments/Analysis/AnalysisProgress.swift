public import Spectra

/// How far an analysis is.
public struct AnalysisProgress: Sendable {
  /// Finished units and all units.
  public let done: Int, total: Int
  /// The share of the work that is done, by its estimated cost, in [0, 1].
  public let share: Double
  /// Seconds since the analysis began, and an estimate of those left; nothing before the first unit.
  public let elapsed: Double, remaining: Double?
  /// The unit that was finished last.
  public let last: ModuleIdentity
}

/// Counts finished units and their cost.
actor ProgressMeter {
  private let total: Int
  private let cost: Double
  private let report: @Sendable (AnalysisProgress) -> Void
  private let start = ContinuousClock.now
  private var done: Int
  private var spent = 0.0

  init(
    total: Int, done: Int, cost: Double, report: @escaping @Sendable (AnalysisProgress) -> Void
  ) {
    self.total = total
    self.done = done
    self.cost = cost
    self.report = report
  }

  func finished(_ identity: ModuleIdentity, cost unitCost: Double) {
    done += 1
    spent += unitCost
    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    let share = cost > 0 ? min(spent / cost, 1) : 1
    report(
      AnalysisProgress(
        done: done, total: total, share: share, elapsed: elapsed,
        remaining: share > 0 ? elapsed * (1 - share) / share : nil, last: identity))
  }
}
