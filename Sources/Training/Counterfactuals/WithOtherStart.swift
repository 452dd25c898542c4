import Adapters
public import LinearAlgebra

/// The trained factors beside a residual base that is computed again, by PiSSA's fast decomposition with
/// another seed: what tools do that redo the start on loading instead of reading what it was.
public enum WithOtherStart: Counterfactual {
  public static let name = "accuracy_with_other_start"
  public static let summary = "PiSSA's residual base made again by its fast form with another seed"
  /// Any but the one that a run draws from.
  private static let seed: UInt64 = 0x5EED

  public static func weight(of layer: CounterfactualLayer) throws -> Matrix? {
    guard let start = layer.start,
      [PiSSAStart.key, FastPiSSAStart.key].contains(start)
    else { return nil }
    var generator = SplitMix64(seed: seed)
    let pair = try FastPiSSAStart().factors(
      base: DenseBaseWeight(layer.base), rank: layer.rank, scale: layer.scale, using: &generator,
      calibration: nil)
    return layer.effective - layer.frozen + layer.base - layer.scale * (pair.output * pair.input)
  }
}
