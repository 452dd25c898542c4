/// A singular direction of the base that a training changed.
public struct TaskDirection: Codable, Equatable, Sendable {
  /// Its singular index, from 0.
  public var index: Int
  /// σᵢ.
  public var baseSingularValue: Double
  /// uᵢᵀ ΔW vᵢ: what the update adds to σᵢ, to first order.
  public var alignedChange: Double

  public init(index: Int, baseSingularValue: Double, alignedChange: Double) {
    self.index = index
    self.baseSingularValue = baseSingularValue
    self.alignedChange = alignedChange
  }

  /// δᵢ = |uᵢᵀ ΔW vᵢ| / σᵢ.
  public var changeRate: Double { alignedChange.magnitude / baseSingularValue }
}
