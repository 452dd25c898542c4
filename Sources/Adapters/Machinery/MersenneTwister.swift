import LinearAlgebra

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The generator behind PyTorch's random numbers on a processor: MT19937, seeded by `init_genrand`.
///
/// **Source:** Matsumoto, Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed uniform
/// pseudo-random number generator", ACM TOMACS 8, 1998.
package struct MersenneTwister {
  private static let size = 624
  private static let offset = 397
  private var state: [UInt32]
  private var position = MersenneTwister.size

  /// PyTorch takes the low 32 bits of its seed.
  package init(seed: UInt64) {
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

  /// 64 random bits: two numbers of 32, the upper half first.
  private mutating func next64() -> UInt64 {
    let upper = UInt64(next())
    return upper << 32 | UInt64(next())
  }

  /// A number in [0, 1) as `torch.rand` draws it: from 24 of the bits.
  mutating func nextUnit() -> Float { Float(next() & 0xFF_FFFF) * 0x1p-24 }

  /// A number in [−bound, bound) as `Tensor.uniform_` of 32-bit floats draws it: from 24 of the bits, with one
  /// rounding, since PyTorch is compiled with fused multiply-add.
  mutating func nextUniform(bound: Float) -> Float {
    (-bound).addingProduct(nextUnit(), bound - -bound)
  }

  /// A matrix as `Tensor.uniform_` fills it, row by row, with numbers in [−bound, bound).
  mutating func nextUniform(rows: Int, columns: Int, bound: Double) -> Matrix {
    let bound = Float(bound)
    let values = (0..<rows * columns).map { _ in Double(nextUniform(bound: bound)) }
    return Matrix(rows: rows, columns: columns, values: values)
  }

  /// The first entries of `torch.randperm`: a random order of 0 ..< `total`.
  ///
  /// PyTorch swaps each entry with a later one. The first entries are final after as many swaps, so only those that
  /// moved are kept, not the whole order. From about 2³²/20 on, it instead puts each number in the place of an earlier
  /// one, drawn from 64 bits; there only the places that are asked for are kept.
  /// - Precondition: `count` is at most `total`.
  /// - Complexity: O(count); for the large totals O(total).
  package mutating func permutation(of total: Int, first count: Int) -> [Int] {
    precondition((0...total).contains(count), "no more entries than there are")
    guard total < Int(UInt32.max) / 20 else { return largePermutation(of: total, first: count) }
    var moved: [Int: Int] = [:]
    return (0..<count).map { index in
      // The last entry is left where it is.
      guard index < total - 1 else { return moved[index] ?? index }
      let other = index + Int(next()) % (total - index)
      let chosen = moved[other] ?? other
      moved[other] = moved[index] ?? index
      return chosen
    }
  }

  private mutating func largePermutation(of total: Int, first count: Int) -> [Int] {
    var order = Array(0..<count)
    for index in 0..<total {
      let place = Int(next64() % UInt64(index + 1))
      if index < count { order[index] = order[place] }
      if place < count { order[place] = index }
    }
    return order
  }

  /// Normal numbers as `torch.normal` draws them into 32-bit floats, up to their rounding.
  ///
  /// 16 numbers and more are made from blocks of 16 uniform ones, the last block anew if it is not full; fewer are made
  /// two by two from numbers of 53 bits.
  package mutating func nextNormals(count: Int, deviation: Double) -> [Double] {
    guard count >= 16 else { return nextNormalPairs(count: count, deviation: deviation) }
    var values = (0..<count).map { _ in Double(nextUnit()) }
    for start in stride(from: 0, through: count - 16, by: 16) {
      Self.makeNormal(&values[start..<start + 16], deviation: deviation)
    }
    if count % 16 != 0 {
      for index in count - 16..<count { values[index] = Double(nextUnit()) }
      Self.makeNormal(&values[(count - 16)...], deviation: deviation)
    }
    return values
  }

  /// Box and Muller's transform of 16 numbers: the first 8 give the radius, the others the angle.
  private static func makeNormal(_ block: inout ArraySlice<Double>, deviation: Double) {
    for index in block.startIndex..<block.startIndex + 8 {
      let radius = deviation * (-2 * log(1 - block[index])).squareRoot()
      let angle = 2 * Double.pi * block[index + 8]
      block[index] = radius * cos(angle)
      block[index + 8] = radius * sin(angle)
    }
  }

  private mutating func nextNormalPairs(count: Int, deviation: Double) -> [Double] {
    var values: [Double] = []
    while values.count < count {
      let angle = 2 * Double.pi * nextUnit53()
      let radius = deviation * (-2 * log1p(-nextUnit53())).squareRoot()
      values += [radius * cos(angle), radius * sin(angle)]
    }
    return Array(values.prefix(count))
  }

  private mutating func nextUnit53() -> Double {
    Double(next64() & (1 << 53 - 1)) * 0x1p-53
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
