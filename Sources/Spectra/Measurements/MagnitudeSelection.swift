/// The k-th smallest absolute value among many numbers, which are passed in pieces, twice.
///
/// Non-negative doubles are ordered like their bit patterns. So a histogram over the upper sixteen bits finds
/// the bin of the wanted rank in the first pass. The second pass keeps only the numbers in that bin (about
/// one in thirty), which are then searched.
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

  /// Keeps the numbers of a piece that lie in the bin, in the second pass.
  mutating func gather(_ piece: [Double]) {
    for value in piece where Self.upperBits(value) == bin { candidates.append(value.magnitude) }
  }

  /// The value, after both passes.
  /// - Precondition: The rank lies within the numbers.
  /// - Throws: ``SpectraError/changedBetweenReadings`` if the passes saw different numbers.
  func value() throws(SpectraError) -> Double {
    guard candidates.count == counts[bin] else { throw .changedBetweenReadings }
    return candidates.sorted()[rank - below - 1]
  }

  /// `magnitude` clears the sign bit. Fifteen bits of exponent and fraction remain, always less than 2¹⁵.
  private static func upperBits(_ value: Double) -> Int {
    Int(truncatingIfNeeded: value.magnitude.bitPattern >> 48)
  }
}
