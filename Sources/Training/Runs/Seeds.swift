/// The seeds of a run: every random number follows from the run's seed, the step and a purpose, so that a
/// run that goes on draws what it would have drawn.
struct Seeds {
  enum Purpose: UInt64 {
    case problems = 1
    case answers, demonstrations, dropout, examination, order, calibration
  }

  let run: UInt64

  func seed(_ purpose: Purpose, step: Int, part: Int = 0) -> UInt64 {
    // Two rounds of the finaliser of SplitMix64 over what tells the draw.
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
