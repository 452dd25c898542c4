import Checkpoints
import LinearAlgebra
import Spectra

/// The numbers of a file of ``BasisCache``.
struct StoredDecomposition {
  private let values: [Double]
  private let shortBasis: [Double]
  /// The two mask bounds and the mask's rank; empty if there are none.
  private let bounds: [Double]
  /// Empty if there is none.
  private let triangleBasis: [Double]

  init(_ geometry: BaseGeometry) {
    values = geometry.values
    shortBasis = geometry.shortBasis.values
    bounds = geometry.masks.map { [$0.lowMagnitude, $0.principal, Double($0.rank)] } ?? []
    triangleBasis = geometry.triangleBasis?.values ?? []
  }

  /// Reads a file; nil if its tensors do not fit this shape.
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

  /// The tensors of the file.
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

  /// Adds all numbers to a hash.
  func update(_ hash: ContentHasher) {
    for entry in entries {
      hash.update(text: "\(entry.name) \(entry.shape)")
      if case .float64(let values) = entry.values { hash.update(values) }
    }
  }

  /// The decomposition; nil if the numbers cannot be one, whoever wrote them.
  func geometry(_ shape: OrientedShape) -> BaseGeometry? {
    let p = shape.short
    let basis = Matrix(rows: p, columns: p, values: shortBasis)
    let triangle =
      triangleBasis.isEmpty ? nil : Matrix(rows: p, columns: p, values: triangleBasis)
    guard values.allSatisfy({ $0 >= 0 && $0.isFinite }),
      zip(values, values.dropFirst()).allSatisfy({ $0 >= $1 }),
      Self.isOrthonormal(basis), triangle.map(Self.isOrthonormal) ?? true
    else { return nil }
    var masks: MaskBounds?
    if !bounds.isEmpty {
      guard let rank = Int(exactly: bounds[2]), (1...max(p, 1)).contains(rank),
        bounds.allSatisfy({ $0 >= 0 && $0.isFinite })
      else { return nil }
      masks = MaskBounds(lowMagnitude: bounds[0], principal: bounds[1], rank: rank)
    }
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

  private static func read(_ name: String, _ shape: [Int], _ store: TensorStore) -> [Double]? {
    guard let tensor = store[name], tensor.shape == shape, tensor.dataType == .float64 else {
      return nil
    }
    return try? store.doubles(of: name)
  }
}
