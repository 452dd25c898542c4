import LinearAlgebra

extension SplitMix64 {
  /// A whole number in 0 ..< `count`: the high word of 64 random bits times `count`, whose bias of
  /// at most `count`/2⁶⁴ no sample shows.
  mutating func nextIndex(below count: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(count)).high)
  }
}
