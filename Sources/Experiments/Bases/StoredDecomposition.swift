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
      Self.isOrthonormal(basis), triangle.map(Self.isOrthonormal) ?? true
    else { return nil }
    let masks = MaskBounds(stored: bounds, shape: shape)
    if masks == nil, !bounds.isEmpty { return nil }
    return BaseGeometry(
      shape: shape, values: values, shortBasis: basis, triangleBasis: triangle,
      masks: masks)
  }

  /// Whether each row has length 1 and is orthogonal to the next: p² products, not the p³ of all pairs.
  private static func isOrthonormal(_ basis: Matrix) -> Bool {
    let tolerance = 1e-8
    for row in 0..<basis.rows {
      let start = row * basis.columns
      var square = 0.0
      var product = 0.0
      let next = row + 1 < basis.rows ? start + basis.columns : start
      for column in 0..<basis.columns {
        square += basis.values[start + column] * basis.values[start + column]
        product += basis.values[start + column] * basis.values[next + column]
      }
      // NaN fails both.
      guard abs(square - 1) < tolerance, next == start || abs(product) < tolerance else {
        return false
      }
    }
    return true
  }
}
