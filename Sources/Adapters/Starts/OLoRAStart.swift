public import LinearAlgebra

/// The leading part of W = QR: B₀ = Q[:, :r], A₀ = R[:r], not divided by the scale, so that the base
/// loses s·B₀A₀.
///
/// **Source:** Büyükakyüz, "OLoRA: orthonormal low-rank adaptation of large language models", 2024,
/// arXiv 2406.01775, algorithm 1.
public struct OLoRAStart: LoRAStart {
  public static let name = "olora"
  public static let summary = "leading part of a QR factorisation of the base"

  public init() {}

  /// PEFT factors the weight as it is stored, which fits its factors for out × in only.
  public func check(_ settings: ModuleSettings) throws(AdapterError) {
    guard settings.layout == .outByIn else {
      throw .startNeedsOutByIn(module: settings.module, start: Self.name)
    }
  }

  public func product(
    of base: any BaseWeight, rank: Int, scale: Double, settings: ModuleSettings
  ) throws -> StartProduct {
    try check(settings)
    let factors = QRFactors(of: try base.matrix())
    let kept = min(rank, factors.q.columns)
    return StartProduct(
      left: scale * factors.q.columnSlice(0..<kept), right: factors.r.rowSlice(0..<kept))
  }
}
