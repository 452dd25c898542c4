/// The absolute value of a given rank among the entries of a matrix that is read in panels.
///
/// The bit patterns of non-negative doubles are ordered as their values, so a histogram over the
/// upper sixteen bits finds the bin of the wanted rank in one pass; the second pass sorts only what
/// is in that bin (about one entry in thirty).
enum MagnitudeSelection {
  typealias Reader = (Range<Int>, inout [Double]) throws -> Void

  /// The `rank`-th smallest |x|, counted from one.
  static func smallest(_ rank: Int, of shape: OrientedShape, read: Reader) throws -> Double {
    precondition(rank >= 1 && rank <= shape.count, "a rank lies within the entries")
    var panel = [Double]()
    var counts = [Int](repeating: 0, count: 1 << 15)
    for range in shape.panels {
      try read(range, &panel)
      tally(panel, into: &counts)
    }
    var below = 0
    var bin = 0
    while below + counts[bin] < rank {
      below += counts[bin]
      bin += 1
    }
    var candidates = [Double]()
    candidates.reserveCapacity(counts[bin])
    for range in shape.panels {
      if shape.panels.count > 1 { try read(range, &panel) }
      gather(panel, bin: bin, into: &candidates)
    }
    candidates.sort()
    return candidates[rank - below - 1]
  }

  /// The `rank`-th largest |x|, counted from one.
  static func largest(_ rank: Int, of shape: OrientedShape, read: Reader) throws -> Double {
    try smallest(shape.count - rank + 1, of: shape, read: read)
  }

  private static func tally(_ panel: [Double], into counts: inout [Int]) {
    for value in panel { counts[upperBits(value)] += 1 }
  }

  private static func gather(_ panel: [Double], bin: Int, into candidates: inout [Double]) {
    for value in panel where upperBits(value) == bin { candidates.append(value.magnitude) }
  }

  private static func upperBits(_ value: Double) -> Int {
    Int(truncatingIfNeeded: value.magnitude.bitPattern >> 48)
  }
}
