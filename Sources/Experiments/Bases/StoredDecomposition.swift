import Checkpoints
import LinearAlgebra
import Spectra

/// A decomposition of which the file keeps the vectors.
struct StoredDecomposition: StoredBasis {
  private let values: [Double]
  private let shortBasis: [Double]
  /// As ``MaskBounds/stored``; empty if there are none.
  private let bounds: [Double]
  /// Empty if there is none.
  private let triangleBasis: [Double]

  init(_ geometry: BaseGeometry) {
    values = geometry.values
    shortBasis = geometry.shortBasis.values
    bounds = geometry.masks?.stored ?? []
    triangleBasis = geometry.triangleBasis?.values ?? []
  }

  init?(_ store: TensorStore, shape: OrientedShape) {
    guard let values = Self.read("values", [shape.short], store),
      let basis = Self.read("short_basis", [shape.short, shape.short], store),
      let bounds = store["bounds"] == nil ? [] : Self.read("bounds", [3], store),
      let triangle = store["triangle_basis"] == nil
        ? [] : Self.read("triangle_basis", [shape.short, shape.short], store)
    else { return nil }
    self.values = values
    shortBasis = basis
    self.bounds = bounds
    triangleBasis = triangle
  }

  var entries: [SafetensorsWriter.Entry] {
    let p = values.count
    var entries: [SafetensorsWriter.Entry] = [
      .init(name: "values", shape: [p], values: values),
      .init(name: "short_basis", shape: [p, p], values: shortBasis),
    ]
    if !bounds.isEmpty { entries.append(.init(name: "bounds", shape: [3], values: bounds)) }
    if !triangleBasis.isEmpty {
      entries.append(.init(name: "triangle_basis", shape: [p, p], values: triangleBasis))
    }
    return entries
  }

  func geometry(_ shape: OrientedShape) -> BaseGeometry? {
    let p = shape.short
    let basis = Matrix(rows: p, columns: p, values: shortBasis)
    let triangle =
      triangleBasis.isEmpty ? nil : Matrix(rows: p, columns: p, values: triangleBasis)
    guard values.allSatisfy({ $0 >= 0 && $0.isFinite }),
      zip(values, values.dropFirst()).allSatisfy({ $0 >= $1 }),
      basis.isOrthonormal, triangle?.isOrthonormal ?? true
    else { return nil }
    let masks = MaskBounds(stored: bounds, shape: shape)
    if masks == nil, !bounds.isEmpty { return nil }
    return BaseGeometry(
      shape: shape, values: values, shortBasis: basis, triangleBasis: triangle,
      masks: masks)
  }
}
