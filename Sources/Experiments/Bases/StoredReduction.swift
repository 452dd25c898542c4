import Checkpoints
import LinearAlgebra
import Spectra

/// A decomposition of which the file keeps the first stage of the reduction: half a p × p matrix. The rest is made again
/// from it, the same to the last bit.
struct StoredReduction: StoredBasis {
  private let size: Int
  private let band: [Double], factors: [Double], reflections: [Double]
  /// As ``MaskBounds/stored``; empty if there are none.
  private let bounds: [Double]

  private static let width = BandReduction.usualWidth

  /// Nil if the decomposition is kept as its vectors.
  init?(_ geometry: BaseGeometry) {
    guard let reduction = geometry.band, reduction.width == Self.width else { return nil }
    size = reduction.size
    band = reduction.band
    factors = reduction.factors
    reflections = reduction.reflections
    bounds = geometry.masks?.stored ?? []
  }

  init?(_ store: TensorStore, shape: OrientedShape) {
    let below = shape.short - Self.width
    guard below > 0,
      let band = Self.read("band", [shape.short, Self.width + 1], store),
      let factors = Self.read("factors", [below], store),
      let reflections = Self.read("reflections", [below * (below - 1) / 2], store),
      let bounds = store["bounds"] == nil ? [] : Self.read("bounds", [3], store)
    else { return nil }
    size = shape.short
    self.band = band
    self.factors = factors
    self.reflections = reflections
    self.bounds = bounds
  }

  var entries: [SafetensorsWriter.Entry] {
    var entries: [SafetensorsWriter.Entry] = [
      .init(name: "band", shape: [size, Self.width + 1], values: band),
      .init(name: "factors", shape: [factors.count], values: factors),
      .init(name: "reflections", shape: [reflections.count], values: reflections),
    ]
    if !bounds.isEmpty { entries.append(.init(name: "bounds", shape: [3], values: bounds)) }
    return entries
  }

  func geometry(_ shape: OrientedShape) -> BaseGeometry? {
    guard
      let reduction = BandReduction(
        size: size, width: Self.width, band: band, factors: factors, reflections: reflections)
    else { return nil }
    let masks = MaskBounds(stored: bounds, shape: shape)
    if masks == nil, !bounds.isEmpty { return nil }
    return try? BaseGeometry(shape: shape, band: reduction, masks: masks)
  }
}
