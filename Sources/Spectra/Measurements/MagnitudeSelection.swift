/// The absolute value of a given rank among many numbers that are seen twice, in pieces.
///
/// The bit patterns of non-negative doubles are ordered as their values, so a histogram over the upper
/// sixteen bits finds the bin of the wanted rank in a first pass; in the second only what is in that
/// bin (about one number in thirty) is kept and searched.
struct MagnitudeSelection {
  private let rank: Int
  private var counts = [Int](repeating: 0, count: 1 << 15)
  private var bin = 0
  private var below = 0
  private var candidates = [Double]()

  /// Looks for the `rank`-th smallest |x|, counted from one.
  init(smallest rank: Int) { self.rank = rank }

  /// Counts a piece, in the first pass.
  mutating func count(_ piece: [Double]) {
    unsafe counts.withUnsafeMutableBufferPointer { counts in
      for value in piece { unsafe counts[Self.upperBits(value)] &+= 1 }
    }
  }

  /// Finds the bin, between the passes.
  mutating func narrow() {
    while below + counts[bin] < rank {
      below += counts[bin]
      bin += 1
    }
    candidates.reserveCapacity(counts[bin])
  }

  /// Keeps what may be wanted of a piece, in the second pass.
  mutating func gather(_ piece: [Double]) {
    for value in piece where Self.upperBits(value) == bin { candidates.append(value.magnitude) }
  }

  /// The value, after both passes.
  /// - Precondition: The rank lies within the numbers, and both passes saw the same ones.
  func value() -> Double {
    candidates.sorted()[rank - below - 1]
  }

  /// The sign is shifted out: fifteen bits of exponent and fraction, always less than 2¹⁵.
  private static func upperBits(_ value: Double) -> Int {
    Int(truncatingIfNeeded: value.magnitude.bitPattern >> 48)
  }
}
