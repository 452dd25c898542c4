public import LinearAlgebra

/// The updates of one matrix at successive checkpoints of a run, known by their inner products alone.
///
/// G, Gᵢⱼ = ⟨ΔWᵢ, ΔWⱼ⟩, holds the lengths of updates and increments, their angles, and the directions in which the
/// path lies: every ``PathMetric`` follows from it, and so does its null, from the G of ``randomWalk()``.
public struct UpdatePath: Sendable {
  /// The step at which the update is zero. The path begins there, but this is none of its points.
  public let origin: Int
  /// The steps of the points, ascending.
  public let steps: [Int]
  /// G, symmetric, a row for each point.
  public let gram: Matrix
  /// The direction in which most of the path lies, by all points and by all but the last.
  let direction: PathDirection, earlierDirection: PathDirection

  /// With fewer points nothing is said: two increments make the first angle.
  public static let fewestPoints = 3

  /// Inner products of very many points would take more memory than the updates.
  public static let mostPoints = 512

  /// Which of a run's checkpoints are taken, by their position: all up to ``mostPoints``, else so many at even
  /// distances, with the first and the last.
  public static func positions(amongst count: Int) -> [Int] {
    count <= mostPoints
      ? Array(0..<count) : (0..<mostPoints).map { $0 * (count - 1) / (mostPoints - 1) }
  }

  /// What is left of an increment's squared length, relative to that of the update, is rounding below this bound:
  /// it is the difference of numbers that agree in all but their last digits.
  private static let resolution = 1e-12

  /// - Precondition: There are at least ``fewestPoints`` steps, and `gram` has a row and a column for each.
  /// - Throws: A LAPACK failure.
  /// - Complexity: O(T³) for T points.
  public init(origin: Int, steps: [Int], gram: Matrix) throws {
    precondition(
      steps.count >= Self.fewestPoints && gram.rows == steps.count && gram.columns == steps.count,
      "a path has an inner product for any two of its points")
    self.origin = origin
    self.steps = steps
    self.gram = gram
    direction = try PathDirection(of: gram)
    earlierDirection = try PathDirection(
      of: gram.rowSlice(0..<steps.count - 1).columnSlice(0..<steps.count - 1))
  }

  /// How many points there are.
  public var count: Int { steps.count }
  /// Steps since the origin.
  var times: [Double] { steps.map { Double($0) - Double(origin) } }

  /// ‖Dₖ‖² of the increment Dₖ from point k to the next; 0 if the two differ by no more than rounding.
  func squaredIncrement(_ k: Int) -> Double {
    let square = gram[k, k] + gram[k + 1, k + 1] - 2 * gram[k, k + 1]
    return square > Self.resolution * max(gram[k, k], gram[k + 1, k + 1]) ? square : 0
  }

  /// ⟨Dₖ, Dₖ₊₁⟩.
  func successiveProduct(_ k: Int) -> Double {
    gram[k + 1, k + 2] - gram[k + 1, k + 1] - gram[k, k + 2] + gram[k, k + 1]
  }

  /// The cosine between the increments to point k + 1 and from it on; nil if one of them is zero.
  func successiveCosine(_ k: Int) -> Double? {
    let lengths = (squaredIncrement(k) * squaredIncrement(k + 1)).squareRoot()
    return ratio(successiveProduct(k), lengths).map { min(1, max(-1, $0)) }
  }

  /// The path that a random walk with increments of the same lengths makes in a space of very many dimensions, where
  /// its increments are orthogonal to each other: Gᵢⱼ is the sum of their squares up to the earlier point.
  /// - Throws: A LAPACK failure.
  public func randomWalk() throws -> UpdatePath {
    var squares = [gram[0, 0]]
    for k in 0..<count - 1 { squares.append(squares[k] + squaredIncrement(k)) }
    var kernel = Matrix(rows: count, columns: count)
    for row in 0..<count {
      for column in 0..<count { kernel[row, column] = squares[min(row, column)] }
    }
    return try UpdatePath(origin: origin, steps: steps, gram: kernel)
  }
}

/// The direction u that holds more of some updates than any other, without centring: u = Σᵢ vᵢ ΔWᵢ / √λ, λ and v being
/// the first eigenvalue and eigenvector of their Gram matrix.
struct PathDirection: Sendable {
  /// Σ ⟨ΔWᵢ, u⟩².
  let energy: Double
  /// ⟨ΔWᵢ, u⟩, with the sign that makes their sum positive; zeros if all updates are zero.
  let coefficients: [Double]
  /// v, with the same sign.
  private let weights: [Double]

  /// - Throws: A LAPACK failure.
  init(of gram: Matrix) throws {
    let eigen = try SymmetricEigen(of: gram, vectors: .leading(1))
    energy = max(eigen.values.first ?? 0, 0)
    let vector = eigen.vectors.values
    let sign = vector.reduce(0, +) < 0 ? -1.0 : 1
    let length = energy.squareRoot()
    weights = vector.map { sign * $0 }
    coefficients = weights.map { length * $0 }
  }

  /// ⟨ΔW, u⟩ of another update, from its products with the updates of this direction; nil if all of these are zero.
  func coefficient(ofProducts products: some Sequence<Double>) -> Double? {
    ratio(zip(weights, products).reduce(0) { $0 + $1.0 * $1.1 }, energy.squareRoot())
  }

  /// The slope of the line through zero that fits the coefficients best at these times; nil if all times are zero.
  func slope(over times: some Sequence<Double>) -> Double? {
    let sums = zip(coefficients, times).reduce((product: 0.0, square: 0.0)) {
      ($0.product + $1.0 * $1.1, $0.square + $1.1 * $1.1)
    }
    return ratio(sums.product, sums.square)
  }
}
