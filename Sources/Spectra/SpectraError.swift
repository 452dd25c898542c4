/// Why a module could not be analysed.
public enum SpectraError: Error, Equatable {
  /// This many entries are NaN or infinite. An analysis reports it as a finding.
  case notFinite(count: Int)
  /// The entries are finite, but their squares exceed the range of Double. An analysis reports it as a finding.
  case tooLarge
  /// The update has another shape than the base.
  case shapeMismatch(base: [Int], update: [Int])
  /// Two readings of a weight gave different numbers.
  case changedBetweenReadings
}

extension SpectraError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notFinite(let count):
      "\(count) entries are NaN or infinite"
    case .tooLarge:
      "the entries are too large to square"
    case .shapeMismatch(let base, let update):
      "the update has shape \(update.map(String.init).joined(separator: "×")), "
        + "expected \(base.map(String.init).joined(separator: "×")) as the base"
    case .changedBetweenReadings:
      "the weight changed while it was read: analyse it again when nothing writes to it"
    }
  }
}

/// How many entries of a panel are NaN or infinite.
func countNonFinite(_ panel: [Double]) -> Int {
  // A finite number times zero is zero, so one sum tells whether the slower count is needed.
  var probe = 0.0
  for value in panel { probe += value * 0 }
  return probe == 0 ? 0 : panel.reduce(0) { $0 + ($1.isFinite ? 0 : 1) }
}
