/// The eigendecomposition of diag(d) + ρ z zᵀ, whose eigenvectors are kept as a formula instead of as a matrix.
///
/// The eigenvector of a root λ of the secular equation is zⱼ/(dⱼ − λ), normalised: n roots give n² numbers, but they follow
/// from 4n. Where z is zero, or after a rotation of two directions whose d are equal, an eigenvalue is some dⱼ itself and
/// is left out (“deflated”).
///
/// **Source:** Cuppen, "A divide and conquer method for the symmetric tridiagonal eigenproblem", Numerische Mathematik 36,
/// 1981, as in LAPACK's `laed2` and `laed3`, which form the matrix.
struct RankOneModification: Sendable {
  /// Every eigenvalue, ascending.
  let values: [Double]
  /// The directions that take part, in the order of the poles, and those that do not.
  private let kept: [Int], deflated: [Int]
  private let rotations: [Rotation]
  /// The equation with the numerators for which the roots are exact.
  private let equation: SecularEquation
  private let roots: [SecularEquation.Root]
  /// 1/length of each eigenvector zⱼ/(dⱼ − λ).
  private let scales: [Double]
  /// The place of each root, then of each deflated direction, in the order of ``values``.
  private let places: [Int]

  /// Directions `first` and `second` become c·first + s·second and c·second − s·first.
  fileprivate struct Rotation: Sendable {
    let first: Int, second: Int
    let cosine: Double, sine: Double
  }

  /// - Parameters:
  ///   - diagonal: d, in any order.
  ///   - vector: z, not zero.
  ///   - strength: ρ ≥ 0.
  /// - Complexity: O(n²).
  init(diagonal: [Double], vector: [Double], strength: Double) {
    let length = DenseRoutines.norm(vector)
    let strength = strength * length * length
    var numerators = vector.map { length > 0 ? $0 / length : 0 }
    var diagonal = diagonal
    let order = diagonal.indices.sorted { (diagonal[$0], $0) < (diagonal[$1], $1) }
    let tolerance =
      4 * .ulpOfOne * max(diagonal.reduce(0) { max($0, abs($1)) }, strength)
    var kept = [Int]()
    var deflated = [Int]()
    var rotations = [Rotation]()
    for index in order {
      guard strength * abs(numerators[index]) > tolerance else {
        deflated.append(index)
        continue
      }
      if let last = kept.last {
        // The rotation that takes z away from the last direction couples the two by so much.
        let length = DenseRoutines.norm([numerators[last], numerators[index]])
        let (cosine, sine) = (numerators[index] / length, -numerators[last] / length)
        let gap = diagonal[index] - diagonal[last]
        if abs(gap * cosine * sine) <= tolerance {
          rotations.append(Rotation(first: last, second: index, cosine: cosine, sine: sine))
          (numerators[last], numerators[index]) = (0, length)
          let (one, other) = (diagonal[last], diagonal[index])
          diagonal[last] = one * cosine * cosine + other * sine * sine
          diagonal[index] = one * sine * sine + other * cosine * cosine
          kept.removeLast()
          deflated.append(last)
        }
      }
      kept.append(index)
    }
    let remaining = DenseRoutines.norm(kept.map { numerators[$0] })
    let rough = SecularEquation(
      poles: kept.map { diagonal[$0] }, numerators: kept.map { numerators[$0] / remaining },
      strength: strength * remaining * remaining)
    roots = rough.roots()
    let exact = SecularEquation(
      poles: rough.poles, numerators: rough.numerators(for: roots), strength: rough.strength)
    scales = roots.map { 1 / exact.slope(at: $0).squareRoot() }
    let found =
      roots.map { exact.poles[$0.origin] + $0.offset } + deflated.map { diagonal[$0] }
    let ascending = found.indices.sorted { (found[$0], $0) < (found[$1], $1) }
    var places = [Int](repeating: 0, count: found.count)
    for (place, index) in ascending.enumerated() { places[index] = place }
    values = ascending.map { found[$0] }
    self.places = places
    self.kept = kept
    self.deflated = deflated
    self.rotations = rotations
    equation = exact
  }

  /// How many directions there are.
  var size: Int { values.count }

  /// X U for rows X, where U holds the eigenvectors as columns.
  /// - Complexity: O(rows · n²).
  func coordinates(of rows: Matrix) -> Matrix {
    var rows = rows
    for rotation in rotations { rows.rotateColumns(rotation) }
    let taking = rows.columns(kept)
    var result = Matrix(rows: rows.rows, columns: size)
    for range in panels {
      let product = Matrix.product(taking, .asStored, vectors(range), .transposed)
      result.setColumns(range.map { places[$0] }, to: product)
    }
    result.setColumns(Array(places[kept.count...]), to: rows.columns(deflated))
    return result
  }

  /// C Uᵀ for rows C: the rows with these coordinates.
  /// - Complexity: O(rows · n²).
  func rows(withCoordinates coordinates: Matrix) -> Matrix {
    var taking = Matrix(rows: coordinates.rows, columns: kept.count)
    for range in panels {
      taking =
        taking + coordinates.columns(range.map { places[$0] }) * vectors(range)
    }
    var result = Matrix(rows: coordinates.rows, columns: size)
    result.setColumns(kept, to: taking)
    result.setColumns(deflated, to: coordinates.columns(Array(places[kept.count...])))
    for rotation in rotations.reversed() { result.rotateColumns(rotation.inverse) }
    return result
  }

  /// The eigenvectors of some roots, one a row, on the directions that take part.
  private func vectors(_ range: Range<Int>) -> Matrix {
    let count = kept.count
    var values = [Double](repeating: 0, count: range.count * count)
    for (row, index) in range.enumerated() {
      let root = roots[index]
      let (origin, scale) = (equation.poles[root.origin], scales[index])
      for place in 0..<count {
        values[row * count + place] =
          scale * equation.numerators[place] / ((equation.poles[place] - origin) - root.offset)
      }
    }
    return Matrix(rows: range.count, columns: count, values: values)
  }

  /// The roots in blocks: of n² numbers only so many are there at once.
  private var panels: [Range<Int>] {
    stride(from: 0, to: roots.count, by: 256).map { $0..<min($0 + 256, roots.count) }
  }
}

extension RankOneModification.Rotation {
  fileprivate var inverse: Self {
    Self(first: first, second: second, cosine: cosine, sine: -sine)
  }
}

extension Matrix {
  fileprivate mutating func rotateColumns(_ rotation: RankOneModification.Rotation) {
    for row in 0..<rows {
      let (one, other) = (self[row, rotation.first], self[row, rotation.second])
      self[row, rotation.first] = rotation.cosine * one + rotation.sine * other
      self[row, rotation.second] = rotation.cosine * other - rotation.sine * one
    }
  }

  /// These columns, in this order.
  fileprivate func columns(_ indices: [Int]) -> Matrix {
    var result = [Double]()
    result.reserveCapacity(rows * indices.count)
    for row in 0..<rows { for index in indices { result.append(self[row, index]) } }
    return Matrix(rows: rows, columns: indices.count, values: result)
  }

  /// Puts the columns of a matrix in these places.
  fileprivate mutating func setColumns(_ places: [Int], to source: Matrix) {
    for row in 0..<rows {
      for (column, place) in places.enumerated() { self[row, place] = source[row, column] }
    }
  }
}
