package import LinearAlgebra

/// OLoRA: B₀ = Q[:, :r] and A₀ = R[:r] of W = QR. They are not divided by s, and s·B₀A₀ is taken out of the base.
///
/// **Source:** Büyükakyüz, "OLoRA: orthonormal low-rank adaptation of large language models", 2024,
/// arXiv 2406.01775, algorithm 1.
package struct OLoRAStart: RepeatableStart {
  package static let key = "olora"
  package static let summary = "leading part of a QR factorisation of the base, taken out of it"
  package static let formula = "R and Q of W = QR, the first r"
  package static let leavesResidual = true

  package init() {}

  /// PEFT factorises the weight as it is stored, so the start is defined only for out × in.
  package func check(_ settings: ModuleSettings) throws(AdapterError) {
    guard settings.layout == .outByIn else {
      throw .startNeedsOutByIn(module: settings.module, start: Self.key)
    }
  }

  /// W twice while it is read and factored, and Q.
  package func workspace(for base: MatrixShape) -> Int { 4 * base.rows * base.columns }

  package func factors(
    base: any BaseWeight, rank: Int, scale: Double, using generator: inout SplitMix64,
    calibration: Calibration?
  ) throws -> FactorPair { try leading(rank, of: base) }

  package func product(
    of base: any BaseWeight, rank: Int, scale: Double, settings: ModuleSettings
  ) throws -> FactorPair {
    try check(settings)
    let pair = try leading(rank, of: base)
    return FactorPair(input: pair.input, output: scale * pair.output)
  }

  /// The rows of R are no singular directions: only the columns of Q take all of W on their side.
  package func isRounding(
    _ pair: FactorPair, of start: FactorPair, in base: any BaseWeight, scale: Double, noise: Double
  ) throws -> Bool {
    try pair.isRounding(of: start, in: base, times: scale, sides: .left, noise: noise)
  }

  private func leading(_ rank: Int, of base: any BaseWeight) throws -> FactorPair {
    let factors = try QRFactors(of: base.matrix())
    let kept = min(rank, factors.q.columns)
    return FactorPair(
      input: factors.r.rowSlice(0..<kept), output: factors.q.columnSlice(0..<kept))
  }
}
