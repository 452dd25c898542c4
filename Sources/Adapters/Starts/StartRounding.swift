import LinearAlgebra

// A start that is computed again differs from the one that training computed by rounding alone, also where training
// never moved it. That is no update, and its directions mean nothing.

extension FactorPair {
  /// 64 unit roundoffs of Float32, in which training computes starts. Both distances of starts that PyTorch computed
  /// were at most 21; one step of Adam, at a rate of 1e-6, makes them 390 or more.
  private static let startRounding = 0x1p-18

  /// In expected errors of factors that were rounded to 16 bits: those of untrained starts are within 1.07 of it, and a
  /// step of Adam that changes the rounded numbers adds to it.
  private static let roundedFactors = 1.25

  /// Only what is as near to the start as this is looked at closely.
  private static let nearness = 1e-2

  /// Whether this product is the start that was computed again, but for rounding.
  ///
  /// Their difference does not tell, because it grows where two singular values lie close together. A part P of W that
  /// W's own singular directions make up is P = QQᵀW, and P = WZZᵀ, for the bases Q and Z of its two sides. Both hold to
  /// rounding at any gap, and not for factors that were trained.
  /// - Parameters:
  ///   - start: s·B₀A₀ as computed again.
  ///   - base: W. It is read only if the product is near the start.
  ///   - scale: How many times a part of W the start is.
  ///   - sides: Which of the two equations hold for the start.
  ///   - noise: What rounding the factors to 16 bits did to the product: ``roundingTo16Bits``.
  /// - Throws: What reading the base throws.
  func isRounding(
    of start: FactorPair, in base: any BaseWeight, times scale: Double, sides: StartSides,
    noise: Double
  ) throws -> Bool {
    let size = start.norm
    guard size > 0, size.isFinite, subtracting(start).norm <= Self.nearness * size else {
      return false
    }
    let left = try QRFactors(of: output).q
    let right = try QRFactors(of: input.transposed()).q
    // P − QQᵀW is Q times this, and P − WZZᵀ is that times Zᵀ.
    var across = (left.transposed() * output) * input
    var down = 0.0
    let middle = input * right
    for block in base.rowBlocks {
      let rows = scale * (try base.rows(block))
      across = across - left.rowSlice(block).transposed() * rows
      if sides == .both {
        let rest = output.rowSlice(block) * middle - rows * right
        down += rest.values.reduce(0) { $0 + $1 * $1 }
      }
    }
    let most = max(Self.startRounding * size, Self.roundedFactors * noise)
    return across.frobeniusNorm() <= most && down.squareRoot() <= most
  }

  /// ‖BA‖_F, from the Gram matrices of the factors.
  private var norm: Double {
    let pairs = zip(
      (output.transposed() * output).values, (input * input.transposed()).values)
    return max(0, pairs.reduce(0) { $0 + $1.0 * $1.1 }).squareRoot()
  }
}

/// On which sides the space of a start holds all that the base has there: P = QQᵀW for the left, P = WZZᵀ for the right.
enum StartSides { case left, both }
