package import Spectra
package import Studies
import Synchronization

/// The progress of an analysis; its items are matrices.
package typealias AnalysisProgress = WorkProgress<ModuleIdentity>

/// The progress of a study; its items are runs and probes.
package typealias StudyProgress = WorkProgress<FinishedUnit>

/// The progress of work on many items.
package struct WorkProgress<Item: Sendable>: Sendable {
  /// The number of finished items and of all items.
  package let done: Int, total: Int
  /// The share of this session's work that is done, by its estimated cost, in [0, 1].
  package let share: Double
  /// Seconds since this session began, and an estimate of the seconds left; nil while the share is 0.
  package let elapsed: Double, remaining: Double?
  /// The item that was finished last.
  package let last: Item
}

/// Counts finished items and their cost.
///
/// A class, because workers report to it from several threads.
package final class ProgressMeter<Item: Sendable>: Sendable {
  private let total: Int
  private let cost: Double
  private let report: @Sendable (WorkProgress<Item>) -> Void
  private let start = ContinuousClock.now
  private let finished: Mutex<(count: Int, cost: Double)>

  /// - Parameters:
  ///   - total: How many items there are.
  ///   - done: How many of them were finished in earlier sessions.
  ///   - cost: The estimated cost of the remaining items.
  ///   - report: Called after each item, one call at a time.
  package init(
    total: Int, done: Int, cost: Double, report: @escaping @Sendable (WorkProgress<Item>) -> Void
  ) {
    self.total = total
    self.cost = cost
    self.report = report
    finished = Mutex((done, 0))
  }

  package func finished(_ item: Item, cost itemCost: Double) {
    finished.withLock { finished in
      finished.count += 1
      finished.cost += itemCost
      let elapsed = (ContinuousClock.now - start) / .seconds(1)
      let share = cost > 0 ? min(finished.cost / cost, 1) : 1
      report(
        WorkProgress(
          done: finished.count, total: total, share: share, elapsed: elapsed,
          remaining: share > 0 ? elapsed * (1 - share) / share : nil, last: item))
    }
  }
}
