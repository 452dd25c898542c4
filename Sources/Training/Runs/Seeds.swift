/// The seeds of a run: every random number follows from the run's seed, the step, a purpose and a part, so that a
/// resumed run draws the same numbers.
struct Seeds {
  enum Purpose: UInt64 {
    case problems = 1
    case answers, demonstrations, dropout, examination, order, calibration, recomputation
    case valueHeads, bootstrap, rolloutNoise
  }

  let run: UInt64

  func seed(_ purpose: Purpose, step: Int, part: Int = 0) -> UInt64 {
    // Two rounds of SplitMix64's finaliser over seed, purpose, step and part.
    mixed(
      mixed(run &+ purpose.rawValue &* 0x9E37_79B9_7F4A_7C15)
        &+ UInt64(step) << 20 &+ UInt64(part))
  }

  private func mixed(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
