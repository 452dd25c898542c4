import Spectra
import Studies

extension CSVTable {
  mutating func add(_ flag: Bool?) {
    add(flag.map { $0 ? "true" : "false" } ?? "")
  }

  /// The columns of an estimate: mean, then the ends of its interval.
  static func columns(of name: String) -> [String] {
    [name, "\(name)_lower", "\(name)_upper"]
  }

  mutating func add(_ estimate: Estimate?) {
    add(estimate?.mean)
    add(estimate?.interval)
  }

  mutating func add(_ interval: ConfidenceInterval?) {
    add(interval?.lower)
    add(interval?.upper)
  }

  /// The columns of a difference to the baseline.
  static let differenceColumns =
    columns(of: "difference") + ["difference_seeds", "p", "p_holm", "hedges_g"]

  mutating func add(_ difference: PairedDifference?) {
    add(difference?.estimate)
    add(difference?.estimate.count)
    add(difference?.pValue)
    add(difference?.adjustedPValue)
    add(difference?.hedgesG)
  }

  /// All that can be chosen for a run, the learning rate included.
  static let factorColumns = [
    "adapter", "learning_rate", "rank", "scale", "dropout", "samples_with_dropout",
    "forces_unit_ratio", "objective", "batch", "targets", "task", "steps", "switches",
  ]

  /// Unknown factors are empty; `targets` has spaces between its kinds, and `all` for no restriction.
  mutating func add(_ factors: Factors) {
    add(factors.adapter)
    add(factors.learningRate)
    add(factors.rank)
    add(factors.scale)
    add(factors.dropout)
    add(factors.samplesWithDropout)
    add(factors.forcesUnitRatio)
    add(factors.objective ?? "")
    add(factors.batch)
    add(factors.targets.map { $0.isEmpty ? "all" : $0.joined(separator: " ") } ?? "")
    add(factors.task ?? "")
    add(factors.steps)
    add(factors.switches?.joined(separator: "; ") ?? "")
  }
}

/// The order of metrics in the columns of study tables.
enum MetricColumns {
  /// Those of the registry in its order, then any others by name.
  static func ordered(_ names: some Sequence<String>) -> [String] {
    let present = Set(names)
    let known = MetricRegistry.names.filter(present.contains)
    return known + present.subtracting(known).sorted()
  }
}
