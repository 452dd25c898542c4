import Checkpoints
import LinearAlgebra
import Spectra

extension MaskBounds {
  /// The three numbers of a file: both bounds and the rank.
  var stored: [Double] { [lowMagnitude, principal, Double(rank)] }

  /// Nil if the numbers cannot be those of a weight of this shape.
  init?(stored numbers: [Double], shape: OrientedShape) {
    guard numbers.count == 3, let rank = Int(exactly: numbers[2]),
      (1...max(shape.short, 1)).contains(rank), numbers.allSatisfy({ $0 >= 0 && $0.isFinite })
    else { return nil }
    self.init(lowMagnitude: numbers[0], principal: numbers[1], rank: rank)
  }
}

/// The numbers of a file of ``BasisCache``, whatever it keeps of a decomposition.
protocol StoredBasis {
  /// Reads a file; nil if its tensors do not fit this shape.
  init?(_ store: TensorStore, shape: OrientedShape)
  /// The tensors of the file.
  var entries: [SafetensorsWriter.Entry] { get }
  /// The decomposition; nil if the numbers cannot be one, whoever wrote them.
  func geometry(_ shape: OrientedShape) -> BaseGeometry?
}

extension StoredBasis {
  /// Adds all numbers to a hash.
  func update(_ hash: ContentHasher) {
    for entry in entries {
      hash.update(text: "\(entry.name) \(entry.shape)")
      if case .float64(let values) = entry.values { hash.update(values) }
    }
  }

  /// A tensor of a file; nil if it is not there, or another one.
  static func read(_ name: String, _ shape: [Int], _ store: TensorStore) -> [Double]? {
    guard let tensor = store[name], tensor.shape == shape, tensor.dataType == .float64 else {
      return nil
    }
    return try? store.doubles(of: name)
  }
}

extension Matrix {
  /// Whether each row has length 1 and is orthogonal to the next: p² products, not the p³ of all pairs.
  var isOrthonormal: Bool {
    let tolerance = 1e-8
    for row in 0..<rows {
      let start = row * columns
      let next = row + 1 < rows ? start + columns : start
      var square = 0.0
      var product = 0.0
      for column in 0..<columns {
        square += values[start + column] * values[start + column]
        product += values[start + column] * values[next + column]
      }
      // NaN fails both.
      guard abs(square - 1) < tolerance, next == start || abs(product) < tolerance else {
        return false
      }
    }
    return true
  }
}
