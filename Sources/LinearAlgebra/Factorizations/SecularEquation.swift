/// The secular equation 1/ρ + Σ zⱼ²/(dⱼ − λ) = 0, whose roots are the eigenvalues of diag(d) + ρ z zᵀ.
///
/// One root lies right of each pole. It is kept as its distance from the nearer pole beside it, so that every difference
/// dⱼ − λ, of which the eigenvectors are made, has all its digits.
///
/// **Source:** Li, "Solving secular equations stably and efficiently", LAPACK working note 89, 1994: the terms of each
/// side are interpolated by one pole and a constant (“the middle way”), here between bounds that every step narrows.
struct SecularEquation: Sendable {
  /// d, ascending and all different.
  let poles: [Double]
  /// z.
  let numerators: [Double]
  /// ρ > 0.
  let strength: Double
  /// Poles and numerators in blocks, the last one filled up with terms that are zero.
  private let blocks: [(pole: SIMD8<Double>, numerator: SIMD8<Double>)]

  /// A root λ = `poles[origin]` + `offset`.
  struct Root: Sendable {
    let origin: Int
    let offset: Double
  }

  /// - Precondition: Poles and numerators are equally many; z has length 1.
  init(poles: [Double], numerators: [Double], strength: Double) {
    self.poles = poles
    self.numerators = numerators
    self.strength = strength
    // No root lies beyond the last pole and ρ, so this difference is never zero.
    let beyond = (poles.last ?? 0) + 4 * strength
    blocks = stride(from: 0, to: poles.count, by: 8).map { start in
      var block = (
        pole: SIMD8<Double>(repeating: beyond), numerator: SIMD8<Double>.zero
      )
      for lane in 0..<min(8, poles.count - start) {
        block.pole[lane] = poles[start + lane]
        block.numerator[lane] = numerators[start + lane]
      }
      return block
    }
  }

  /// Every root, ascending.
  /// - Complexity: O(poles²), about five sums over all poles for each root.
  func roots() -> [Root] { poles.indices.map(root) }

  /// Σ zⱼ²/(dⱼ − λ)²: the squared length of the eigenvector zⱼ/(dⱼ − λ).
  func slope(at root: Root) -> Double {
    let sums = sums(root.offset, from: poles[root.origin], splitAfter: root.origin)
    return sums.lowerSlope + sums.upperSlope
  }

  /// The numerators for which these roots are exact, by Löwner's formula: with them the eigenvectors are orthogonal however
  /// the roots were rounded.
  ///
  /// **Source:** Gu and Eisenstat, "A stable and efficient algorithm for the rank-one modification of the symmetric
  /// eigenproblem", SIAM Journal on Matrix Analysis and Applications 15, 1994.
  func numerators(for roots: [Root]) -> [Double] {
    var products = [SIMD8<Double>](repeating: SIMD8(repeating: 1), count: blocks.count)
    for (index, root) in roots.enumerated() {
      let (origin, pole) = (poles[root.origin], poles[index])
      let (own, lane) = (index / 8, index % 8)
      for block in blocks.indices {
        let distances = (blocks[block].pole - origin) - root.offset
        var divisors = blocks[block].pole - pole
        if block == own { divisors[lane] = 1 }
        products[block] *= distances / divisors
      }
    }
    return poles.indices.map { index in
      let size = max(0, -products[index / 8][index % 8]).squareRoot()
      return numerators[index] < 0 ? -size : size
    }
  }

  private func root(_ index: Int) -> Root {
    let isLast = index + 1 == poles.count
    // The last root lies at most ρ beyond its pole, but for rounding.
    let gap = isLast ? strength * (1 + 1e-10) : poles[index + 1] - poles[index]
    var (origin, low, high) = (index, 0.0, gap)
    var offset = gap / 2
    let middle = sums(offset, from: poles[index], splitAfter: index)
    if 1 / strength + middle.lower + middle.upper >= 0 {
      high = offset
    } else if isLast {
      low = offset
    } else {
      (origin, low, high) = (index + 1, -offset, 0)
      offset = low
    }
    for _ in 0..<100 {
      let sums = sums(offset, from: poles[origin], splitAfter: index)
      let value = 1 / strength + sums.lower + sums.upper
      let rounding =
        1 / strength + 8 * (sums.upper - sums.lower)
        + abs(offset) * (sums.lowerSlope + sums.upperSlope)
      if abs(value) <= .ulpOfOne * rounding { break }
      if value < 0 { low = offset } else { high = offset }
      let below = (poles[index] - poles[origin]) - offset
      let above = isLast ? nil : (poles[index + 1] - poles[origin]) - offset
      var next = offset + Self.step(value, sums, below, above)
      // This is so for a step that is NaN as well.
      if !(next > low && next < high) { next = low + (high - low) / 2 }
      if next == offset { break }
      offset = next
    }
    return Root(origin: origin, offset: offset)
  }

  /// The step to the root of c + p/(d − x) + q/(e − x), which has value and slopes of both sums at x = 0.
  /// - Parameters:
  ///   - below: d, the pole left of the root.
  ///   - above: e, the pole right of it; nil for the last root.
  private static func step(
    _ value: Double, _ sums: Sums, _ below: Double, _ above: Double?
  ) -> Double {
    let left = sums.lowerSlope * below
    guard let above else {
      let constant = value - left
      return constant > 0 ? below + left * below / constant : .nan
    }
    let right = sums.upperSlope * above
    let constant = value - left - right
    let linear = constant * (below + above) + left * below + right * above
    let product = below * above * value
    let root = max(0, linear * linear - 4 * constant * product).squareRoot()
    return linear <= 0 ? (linear - root) / (2 * constant) : 2 * product / (linear + root)
  }

  /// The terms up to a pole and beyond it, with their derivatives in λ.
  private struct Sums {
    let lower: Double, lowerSlope: Double, upper: Double, upperSlope: Double
  }

  private func sums(_ offset: Double, from origin: Double, splitAfter index: Int) -> Sums {
    var (lower, lowerSlope) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
    var (upper, upperSlope) = (lower, lowerSlope)
    let (mixed, lane) = (index / 8, index % 8)
    func quotients(_ block: Int) -> SIMD8<Double> {
      blocks[block].numerator / ((blocks[block].pole - origin) - offset)
    }
    for block in 0..<mixed {
      let quotient = quotients(block)
      lower += blocks[block].numerator * quotient
      lowerSlope += quotient * quotient
    }
    for block in mixed + 1..<max(blocks.count, mixed + 1) {
      let quotient = quotients(block)
      upper += blocks[block].numerator * quotient
      upperSlope += quotient * quotient
    }
    let quotient = quotients(mixed)
    for place in 0..<8 {
      let term = blocks[mixed].numerator[place] * quotient[place]
      if place <= lane {
        lower[place] += term
        lowerSlope[place] += quotient[place] * quotient[place]
      } else {
        upper[place] += term
        upperSlope[place] += quotient[place] * quotient[place]
      }
    }
    return Sums(
      lower: lower.sum(), lowerSlope: lowerSlope.sum(), upper: upper.sum(),
      upperSlope: upperSlope.sum())
  }
}
