package import Checkpoints

extension DataType {
  /// The distance from a number to its neighbours in this type, the larger one at a power of two; for a number below the
  /// normal range, that of the numbers there.
  /// - Precondition: The type is roundable.
  package func spacing(at value: Double) -> Double {
    2 * unitRoundoff * max(abs(value).binade, smallestNormal)
  }

  /// The smallest number that has all digits of the type.
  private var smallestNormal: Double {
    switch self {
    case .float64: .leastNormalMagnitude
    case .float16, .float8E5M2: 0x1p-14
    case .float8E4M3: 0x1p-6
    default: 0x1p-126
    }
  }

  /// Values rounded to this type.
  func rounded(_ values: [Double]) -> [Double] {
    if self == .float64 { return values }
    var values = values
    round(&values)
    return values
  }
}
