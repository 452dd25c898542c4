import Foundation

/// The learning rate over steps, as a factor of its peak; step counts from 0 and the conventions are those
/// of transformers.
public enum Schedule: Sendable, Equatable {
  case constant(warmup: Int)
  /// Down to zero at the end.
  case linear(warmup: Int, steps: Int)
  /// Half a cosine down to a share of the peak.
  case cosine(warmup: Int, steps: Int, floor: Double)

  public func factor(at step: Int) -> Double {
    if step < warmup { return Double(step) / Double(max(1, warmup)) }
    switch self {
    case .constant: return 1
    case .linear(let warmup, let steps):
      return max(0, Double(steps - step) / Double(max(1, steps - warmup)))
    case .cosine(let warmup, let steps, let floor):
      let progress = Double(step - warmup) / Double(max(1, steps - warmup))
      let share = max(0, 0.5 * (1 + cos(.pi * min(progress, 1))))
      return floor + (1 - floor) * share
    }
  }

  private var warmup: Int {
    switch self {
    case .constant(let warmup), .linear(let warmup, _), .cosine(let warmup, _, _): warmup
    }
  }
}
