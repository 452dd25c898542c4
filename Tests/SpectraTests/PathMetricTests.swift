import LinearAlgebra
import Spectra
import Testing

/// What is said of the way of a matrix over the checkpoints of a run, from inner products alone.
@Suite("Paths of updates") struct PathMetricTests {
  /// Points that drift along one direction and jitter around it, at uneven steps.
  struct Draw: CustomTestStringConvertible, Sendable {
    let rows: Int, columns: Int, steps: [Int], jitter: Double, seed: UInt64
    var testDescription: String { "\(rows)×\(columns), \(steps.count) points, jitter \(jitter)" }

    func make() -> [Matrix] {
      var generator = SplitMix64(seed: seed)
      let direction = generator.gaussianMatrix(rows: rows, columns: columns)
      return steps.map { step in
        Double(step) * direction
          + jitter * Double(step) * generator.gaussianMatrix(rows: rows, columns: columns)
      }
    }
  }

  static let draws: [Draw] = {
    let shapes = [(6, 4), (4, 6), (9, 9)]
    let runs = [[10, 20, 30], [1, 2, 4, 8, 16, 32], [5, 10, 11, 12, 30, 50, 51]]
    var draws = [Draw]()
    for (rows, columns) in shapes {
      for steps in runs {
        for jitter in [0.01, 0.3, 3] {
          draws.append(
            Draw(
              rows: rows, columns: columns, steps: steps, jitter: jitter,
              seed: UInt64(draws.count)))
        }
      }
    }
    return draws
  }()

  private func path(_ points: [Matrix], _ steps: [Int], origin: Int = 0) throws -> UpdatePath {
    var gram = Matrix(rows: points.count, columns: points.count)
    for (row, point) in points.enumerated() {
      for (column, other) in points.enumerated() {
        gram[row, column] = point.innerProduct(with: other)
      }
    }
    return try UpdatePath(origin: origin, steps: steps, gram: gram)
  }

  private func values(_ path: UpdatePath) -> [String: Double] {
    Dictionary(
      uniqueKeysWithValues: PathMetricRegistry.all.compactMap { metric in
        metric.value(of: path).map { (metric.name, $0) }
      })
  }

  @Test(arguments: draws)
  func `every metric agrees with its definition on the entries themselves`(draw: Draw) throws {
    let points = draw.make()
    let found = values(try path(points, draw.steps))
    let expected = try NaivePath(points: points, steps: draw.steps).values()
    for name in PathMetricRegistry.names {
      let (one, other) = (try #require(found[name]), try #require(expected[name]))
      #expect(abs(one - other) <= 1e-9 * max(1, abs(other)), "\(name): \(one), expected \(other)")
    }
  }

  @Test(arguments: draws)
  func `size and orientation of the updates do not matter`(draw: Draw) throws {
    let points = draw.make()
    let found = values(try path(points, draw.steps))
    var generator = SplitMix64(seed: 3)
    let left = generator.orthonormalFrame(rows: draw.rows, columns: draw.rows)
    let right = generator.orthonormalFrame(rows: draw.columns, columns: draw.columns)
    let turned = values(try path(points.map { 1e-4 * left * $0 * right }, draw.steps))
    for (name, value) in found {
      let other = try #require(turned[name])
      #expect(abs(value - other) <= 1e-9 * max(1, abs(value)), "\(name): \(value), \(other)")
    }
  }

  @Test(arguments: draws)
  func `shares, dimensions and cosines keep to their ranges`(draw: Draw) throws {
    let path = try path(draw.make(), draw.steps)
    for found in [values(path), values(try path.randomWalk())] {
      let share = try #require(found["path_first_share"])
      let dimension = try #require(found["path_effective_dimension"])
      let cosine = try #require(found["increment_cosine"])
      #expect(share > 0 && share <= 1)
      #expect(dimension >= 1 && dimension <= Double(path.count) + 1e-9)
      // One direction of share s leaves at most this many.
      #expect(dimension <= 1 / (share * share) + 1e-9)
      #expect(cosine >= -1 && cosine <= 1)
      #expect((0...1).contains(try #require(found["path_linearity"])))
      #expect(try #require(found["extrapolation_error"]) >= 0)
    }
  }

  @Test(arguments: [0, 7])
  func `a straight path at a constant pace is one direction and is predicted`(origin: Int) throws {
    var generator = SplitMix64(seed: 1)
    let direction = generator.gaussianMatrix(rows: 5, columns: 7)
    // Uneven steps: the pace is by steps, not by checkpoints.
    let steps = [1, 3, 4, 10, 20].map { origin + $0 }
    let found = values(
      try path(steps.map { Double($0 - origin) * direction }, steps, origin: origin))
    for name in ["path_first_share", "path_effective_dimension", "path_linearity"] {
      #expect(abs(try #require(found[name]) - 1) <= 1e-12, "\(name)")
    }
    #expect(abs(try #require(found["increment_cosine"]) - 1) <= 1e-12)
    // The root of what rounding leaves of differences of squares.
    #expect(try #require(found["extrapolation_error"]) <= 1e-6)
    #expect(try #require(found["rank_one_extrapolation_error"]) <= 1e-6)
  }

  @Test func `a path that swings to and fro has opposite increments`() throws {
    var generator = SplitMix64(seed: 2)
    let direction = generator.gaussianMatrix(rows: 4, columns: 4)
    let found = values(
      try path([1.0, 3, 1, 3].map { $0 * direction }, [1, 2, 3, 4]))
    #expect(abs(try #require(found["increment_cosine"]) + 1) <= 1e-12)
    #expect(abs(try #require(found["extrapolation_error"]) - 2) <= 1e-12)
  }

  @Test func `a path that stands still predicts no change and has no angle there`() throws {
    var generator = SplitMix64(seed: 4)
    let (one, other) = (
      generator.gaussianMatrix(rows: 4, columns: 4), generator.gaussianMatrix(rows: 4, columns: 4)
    )
    let still = values(try path([one, one, one], [1, 2, 3]))
    #expect(Set(still.keys) == ["path_first_share", "path_effective_dimension", "path_linearity"])
    // 1, 1, 1 at 1, 2, 3: (1 + 2 + 3)² / (3 · 14).
    #expect(abs(try #require(still["path_linearity"]) - 36.0 / 42) <= 1e-12)
    let late = values(try path([one, one, other], [1, 2, 3]))
    #expect(late["increment_cosine"] == nil && late["extrapolation_error"] == 1)
  }

  @Test func `an even random walk has the share of its first direction in closed form`() throws {
    // The eigenvalues of min(i, j) are 1 / (4 sin²((2k − 1) π / (4T + 2))).
    for count in [3, 10, 200] {
      let walk = try path(
        (0..<count).map { row in
          Matrix(rows: 1, columns: count, values: (0..<count).map { $0 <= row ? 1 : 0 })
        }, Array(1...count)
      ).randomWalk()
      let sine = sine(.pi / Double(4 * count + 2))
      let expected = 1 / (4 * sine * sine) / Double(count * (count + 1) / 2)
      let found = try #require(values(walk)["path_first_share"])
      #expect(abs(found - expected) <= 1e-9)
      if count == 200 { #expect(abs(found - 8 / (.pi * .pi)) <= 0.01) }
      #expect(values(walk)["increment_cosine"] == 0)
      #expect(abs(try #require(values(walk)["extrapolation_error"]) - 2.squareRoot()) <= 1e-9)
    }
  }

  @Test func `a random walk agrees with its null`() throws {
    var generator = SplitMix64(seed: 5)
    let steps = Array(1...12)
    // Two increments of N entries have a cosine of about 1/√N.
    let (rows, columns) = (60, 80)
    let spread = 1 / Double(rows * columns).squareRoot()
    for _ in 0..<8 {
      var points = [Matrix]()
      for step in steps {
        let size = 1 / Double(step)
        let increment = size * generator.gaussianMatrix(rows: rows, columns: columns)
        points.append(points.last.map { $0 + increment } ?? increment)
      }
      let path = try path(points, steps)
      let (found, null) = (values(path), values(try path.randomWalk()))
      for name in PathMetricRegistry.names {
        let (one, other) = (try #require(found[name]), try #require(null[name]))
        #expect(abs(one - other) <= 8 * spread * max(1, abs(other)), "\(name): \(one), \(other)")
      }
    }
  }
}

/// A sine by its series, for small angles.
private func sine(_ angle: Double) -> Double {
  var (term, sum) = (angle, angle)
  for index in 1..<12 {
    term *= -angle * angle / Double(2 * index * (2 * index + 1))
    sum += term
  }
  return sum
}

/// The definitions of docs/metrics.md on the entries of every update: no inner products, no tricks.
private struct NaivePath {
  let points: [Matrix]
  let steps: [Int]

  func values() throws -> [String: Double] {
    let rows = Matrix.stackedRows(
      points.map { Matrix(rows: 1, columns: $0.values.count, values: $0.values) })
    let triplets = try SingularTriplets(of: rows)
    let energies = triplets.values.map { $0 * $0 }
    let total = energies.reduce(0, +)
    let times = steps.map(Double.init)
    let (coefficients, slope) = line(rows, triplets, times)
    let rest = zip(coefficients, times).reduce(0) { $0 + square($1.0 - slope * $1.1) }

    let increments = zip(points.dropFirst(), points).map { $0 - $1 }
    let cosines = zip(increments, increments.dropFirst()).map {
      $0.innerProduct(with: $1) / $0.frobeniusNorm() / $1.frobeniusNorm()
    }
    let last = points.count - 1
    let pace = (times[last] - times[last - 1]) / (times[last - 1] - times[last - 2])
    let byLine = points[last] - points[last - 1] - pace * increments[last - 2]

    let earlier = rows.rowSlice(0..<last)
    let before = try SingularTriplets(of: earlier)
    let (_, earlierSlope) = line(earlier, before, Array(times[..<last]))
    let direction = Matrix(rows: 1, columns: rows.columns, values: Array(before.right.row(0)))
    let byDirection = rows.rowSlice(last..<last + 1) - earlierSlope * times[last] * direction
    let length = increments[last - 1].frobeniusNorm()
    return [
      "path_first_share": energies[0] / total,
      "path_effective_dimension": total * total / energies.reduce(0) { $0 + $1 * $1 },
      "path_linearity": 1 - rest / energies[0],
      "increment_cosine": cosines.reduce(0, +) / Double(cosines.count),
      "extrapolation_error": byLine.frobeniusNorm() / length,
      "rank_one_extrapolation_error": byDirection.frobeniusNorm() / length,
    ]
  }

  /// The coefficients on the first right singular vector, and the slope of their line through the origin.
  private func line(
    _ rows: Matrix, _ triplets: SingularTriplets, _ times: [Double]
  ) -> (coefficients: [Double], slope: Double) {
    let direction = Matrix(rows: 1, columns: rows.columns, values: Array(triplets.right.row(0)))
    let coefficients = (0..<rows.rows).map {
      rows.rowSlice($0..<$0 + 1).innerProduct(with: direction)
    }
    let products = zip(coefficients, times).reduce(0) { $0 + $1.0 * $1.1 }
    return (coefficients, products / times.reduce(0) { $0 + $1 * $1 })
  }

  private func square(_ value: Double) -> Double { value * value }
}
