/// The k-th smallest absolute value among many numbers, which are passed in pieces, several times.
///
/// Non-negative doubles are ordered like their bit patterns. So each pass counts the numbers by their next bits and
/// finds those of the wanted one. As soon as few numbers begin with the bits that are known, a pass keeps them. Two
/// passes do for a few million numbers, and four for any, also if many of them are equal.
struct MagnitudeSelection {
  /// The value; nil until enough passes were made.
  private(set) var value: Double?
  /// Counted from one, among the numbers that begin with ``prefix``.
  private var rank: Int
  /// The leading bits of the value, as far as they are known, and how many bits follow.
  private var prefix: UInt64 = 0
  private var unknownBits = 63
  /// How many numbers begin with the prefix; nil in the first pass.
  private var expected: Int?
  /// How many of them have which next bits; empty if they are kept.
  private var counts = [Int](repeating: 0, count: 1 << 15)
  private var kept = [Double]()

  /// The most numbers that are kept: half a panel.
  private static let keptLimit = 1 << 18

  /// Looks for the `rank`-th smallest |x|, counted from one.
  init(smallest rank: Int) { self.rank = rank }

  /// Looks at a piece.
  mutating func add(_ piece: [Double]) {
    guard value == nil else { return }
    if counts.isEmpty {
      for number in piece where number.magnitude.bitPattern >> unknownBits == prefix {
        kept.append(number.magnitude)
      }
      return
    }
    let (known, next) = (UInt64(unknownBits), UInt64(unknownBits - nextBits))
    let mask = UInt64(counts.count - 1)
    unsafe counts.withUnsafeMutableBufferPointer { counts in
      for number in piece {
        // In bounds, because the mask is one less than the count.
        let bits = number.magnitude.bitPattern
        if bits >> known == prefix { unsafe counts[Int(bits >> next & mask)] &+= 1 }
      }
    }
  }

  /// Ends a pass over all numbers.
  /// - Precondition: The rank lies within the numbers.
  /// - Throws: ``SpectraError/changedBetweenReadings`` if the passes saw different numbers.
  mutating func endPass() throws(SpectraError) {
    guard value == nil else { return }
    let seen = counts.isEmpty ? kept.count : counts.reduce(0, +)
    if let expected, seen != expected { throw .changedBetweenReadings }
    if counts.isEmpty {
      kept.sort()
      value = kept[rank - 1]
      kept = []
      return
    }
    var bin = 0
    while counts[bin] < rank {
      rank -= counts[bin]
      bin += 1
    }
    unknownBits -= nextBits
    prefix = prefix << nextBits | UInt64(bin)
    expected = counts[bin]
    if unknownBits == 0 {
      value = Double(bitPattern: prefix)
    } else if counts[bin] <= Self.keptLimit {
      kept.reserveCapacity(counts[bin])
      counts = []
    } else {
      counts = Array(repeating: 0, count: 1 << 16)
    }
  }

  /// How many bits a pass finds: the fifteen after the sign, then sixteen.
  private var nextBits: Int { counts.count.trailingZeroBitCount }
}
