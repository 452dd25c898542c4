/// The generator behind PyTorch's random numbers on a processor: MT19937, seeded by `init_genrand`.
///
/// **Source:** Matsumoto, Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed uniform
/// pseudo-random number generator", ACM TOMACS 8, 1998.
struct MersenneTwister {
  private static let size = 624
  private static let offset = 397
  private var state: [UInt32]
  private var position = MersenneTwister.size

  /// PyTorch takes the low 32 bits of its seed.
  init(seed: UInt64) {
    state = [UInt32](repeating: UInt32(truncatingIfNeeded: seed), count: Self.size)
    for index in 1..<Self.size {
      let previous = state[index - 1]
      state[index] = 1_812_433_253 &* (previous ^ (previous >> 30)) &+ UInt32(index)
    }
  }

  /// 32 random bits.
  mutating func next() -> UInt32 {
    if position == Self.size { twist() }
    var mixed = state[position]
    position += 1
    mixed ^= mixed >> 11
    mixed ^= (mixed << 7) & 0x9d2c_5680
    mixed ^= (mixed << 15) & 0xefc6_0000
    return mixed ^ (mixed >> 18)
  }

  /// A number in [−bound, bound) as `Tensor.uniform_` of 32-bit floats draws it: from 24 of the bits, with one
  /// rounding, since PyTorch is compiled with fused multiply-add.
  mutating func nextUniform(bound: Float) -> Float {
    let unit = Float(next() & 0xFF_FFFF) * 0x1p-24
    return (-bound).addingProduct(unit, bound - -bound)
  }

  private mutating func twist() {
    for index in 0..<Self.size {
      let joined =
        (state[index] & 0x8000_0000) | (state[(index + 1) % Self.size] & 0x7fff_ffff)
      let mixed = joined & 1 == 0 ? joined >> 1 : (joined >> 1) ^ 0x9908_b0df
      state[index] = state[(index + Self.offset) % Self.size] ^ mixed
    }
    position = 0
  }
}
