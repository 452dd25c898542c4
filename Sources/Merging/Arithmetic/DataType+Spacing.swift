package import Checkpoints

extension DataType {
  /// The distance from a number to its neighbours in this type, the larger one at a power of two; for a number below the
  /// normal range, that of the numbers there.
  /// - Precondition: Numbers can be rounded to the type.
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
}
