extension [Double] {
  /// Σᵢ xᵢyᵢ, summed in order.
  package func dot(_ other: [Double]) -> Double {
    var sum = 0.0
    for index in indices { sum += self[index] * other[index] }
    return sum
  }

  /// x ← x + scale · y.
  package mutating func add(_ vector: [Double], scale: Double) {
    for index in indices { self[index] += scale * vector[index] }
  }

  /// The vector of length 1, and the length; a vector of zeros stays one.
  package func normalized() -> (vector: [Double], norm: Double) {
    let norm = dot(self).squareRoot()
    return norm > 0 ? (map { $0 / norm }, norm) : (self, 0)
  }
}
