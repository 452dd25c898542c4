public import LinearAlgebra

/// OLoRA: B₀ = Q[:, :r] and A₀ = R[:r] of W = QR, not divided by s, so that the base loses s·B₀A₀.
///
/// **Source:** Büyükakyüz, "OLoRA: orthonormal low-rank adaptation of large language models", 2024,
/// arXiv 2406.01775, algorithm 1.
public struct QRStart: FactorStart {
  public static let key = "olora"
  public static let summary = "leading part of a QR factorisation of the base, taken out of it"
  public static let leavesResidual = true

  public init() {}

  public func factors(
    base: Matrix, rank: Int, scale: Double, using generator: inout SplitMix64,
    calibration: Calibration?
  ) throws -> FactorPair {
    let factors = QRFactors(of: base)
    return FactorPair(
      input: factors.r.rowSlice(0..<rank), output: factors.q.columnSlice(0..<rank))
  }
}
