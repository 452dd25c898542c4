import Foundation

/// The learning rate over steps, as a factor on its peak. Steps count from 0; the conventions are those of
/// transformers.
package enum Schedule: Sendable, Equatable {
  case constant(warmup: Int)
  /// Falls linearly to zero at the end.
  case linear(warmup: Int, steps: Int)
  /// Falls as half a cosine to a share of the peak.
  case cosine(warmup: Int, steps: Int, floor: Double)

  package func factor(at step: Int) -> Double {
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
