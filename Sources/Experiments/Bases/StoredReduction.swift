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
  /// The smallest singular values and the turn of their vectors; empty if the Gram matrix was accurate enough.
  private let smallValues: [Double], smallTurn: [Double]

  private static let width = BandReduction.usualWidth

  /// Nil if the decomposition is kept as its vectors.
  init?(_ geometry: BaseGeometry) {
    guard let reduction = geometry.band, reduction.width == Self.width else { return nil }
    size = reduction.size
    band = reduction.band
    factors = reduction.factors
    reflections = reduction.reflections
    bounds = geometry.masks?.stored ?? []
    smallValues = geometry.smallest?.values ?? []
    smallTurn = geometry.smallest?.turn.values ?? []
  }

  init?(_ store: TensorStore, shape: OrientedShape) {
    let below = shape.short - Self.width
    let small = SmallSingularValues.count(of: shape.short)
    guard below > 0,
      let band = Self.read("band", [shape.short, Self.width + 1], store),
      let factors = Self.read("factors", [below], store),
      let reflections = Self.read("reflections", [below * (below - 1) / 2], store),
      let bounds = store["bounds"] == nil ? [] : Self.read("bounds", [3], store),
      let smallValues = store["small_values"] == nil
        ? [] : Self.read("small_values", [small], store),
      let smallTurn = store["small_turn"] == nil
        ? [] : Self.read("small_turn", [small, small], store),
      smallValues.isEmpty == smallTurn.isEmpty
    else { return nil }
    size = shape.short
    self.band = band
    self.factors = factors
    self.reflections = reflections
    self.bounds = bounds
    self.smallValues = smallValues
    self.smallTurn = smallTurn
  }

  var entries: [SafetensorsWriter.Entry] {
    var entries: [SafetensorsWriter.Entry] = [
      .init(name: "band", shape: [size, Self.width + 1], values: band),
      .init(name: "factors", shape: [factors.count], values: factors),
      .init(name: "reflections", shape: [reflections.count], values: reflections),
    ]
    if !bounds.isEmpty { entries.append(.init(name: "bounds", shape: [3], values: bounds)) }
    let count = smallValues.count
    if count > 0 {
      entries += [
        .init(name: "small_values", shape: [count], values: smallValues),
        .init(name: "small_turn", shape: [count, count], values: smallTurn),
      ]
    }
    return entries
  }

  func geometry(_ shape: OrientedShape) -> BaseGeometry? {
    guard
      let reduction = BandReduction(
        size: size, width: Self.width, band: band, factors: factors, reflections: reflections)
    else { return nil }
    let masks = MaskBounds(stored: bounds, shape: shape)
    if masks == nil, !bounds.isEmpty { return nil }
    guard
      let geometry = try? BaseGeometry(
        shape: shape, band: reduction, smallest: smallest, masks: masks),
      zip(geometry.values, geometry.values.dropFirst()).allSatisfy({ $0 >= $1 })
    else { return nil }
    return geometry
  }

  private var smallest: SmallSingularValues? {
    let count = smallValues.count
    let turn = Matrix(rows: count, columns: count, values: smallTurn)
    guard count > 0, smallValues.allSatisfy({ $0 > 0 && $0.isFinite }), turn.isOrthonormal else {
      return nil
    }
    return SmallSingularValues(values: smallValues, turn: turn)
  }
}
