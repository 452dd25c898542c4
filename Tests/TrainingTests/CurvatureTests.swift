import Adapters
import LinearAlgebra
import Testing
import Training

@Suite("Curvature of the loss") struct CurvatureTests {
  /// A policy of few parameters, moved off its start, and its curvature on a few sequences.
  private static func curvature(_ key: String = "ia3") throws -> (
    LossCurvature<Double>, Policy<Double>
  ) {
    let policy = try TinyRuns.policy(key, on: TinyRuns.base(Double.self))
    policy.disturb(by: 0.1, seed: 4)
    let learner = Learner(policy, positions: TinyRuns.positions, lanes: 2, threads: 1)
    return (LossCurvature(learner, on: try TinyRuns.sequences(12)), policy)
  }

  private static func unit(_ index: Int, _ count: Int) -> [Double] {
    (0..<count).map { $0 == index ? 1 : 0 }
  }

  @Test func `the product with the Hessian is symmetric`() throws {
    let (curvature, policy) = try Self.curvature("lora")
    var generator = SplitMix64(seed: 2)
    let left = (0..<policy.trainedCount).map { _ in generator.nextGaussian() }
    let right = (0..<policy.trainedCount).map { _ in generator.nextGaussian() }
    let first = zip(curvature.product(with: left), right).reduce(0) { $0 + $1.0 * $1.1 }
    let second = zip(curvature.product(with: right), left).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(first - second) < 1e-6 * max(abs(first), 1))
  }

  @Test func `the largest eigenvalue is that of the whole matrix`() throws {
    let (curvature, policy) = try Self.curvature()
    let count = policy.trainedCount
    let rows = (0..<count).map { curvature.product(with: Self.unit($0, count)) }
    var matrix = Matrix(rows: count, columns: count)
    for row in 0..<count {
      for column in 0..<count { matrix[row, column] = (rows[row][column] + rows[column][row]) / 2 }
    }
    let eigen = try SymmetricEigen(of: matrix, vectors: .none)
    let largest = try #require(eigen.values.max())
    let found = try curvature.largestEigenvalue(steps: count)
    // Differences with a step of 1e-4 are accurate to five digits.
    #expect(abs(found.value - largest) < 2e-5 * largest)
    #expect(found.bound < 1e-4 * largest)
  }

  @Test func `parameters end bit for bit as they were`() throws {
    let (curvature, policy) = try Self.curvature("dora")
    let before = policy.trainedValues
    _ = try curvature.largestEigenvalue(steps: 3)
    #expect(policy.trainedValues == before)
  }

  @Test func `where B is zero the loss is flat in A`() throws {
    let policy = try TinyRuns.policy("lora", on: TinyRuns.base(Double.self))
    let learner = Learner(policy, positions: TinyRuns.positions, lanes: 1, threads: 1)
    let curvature = LossCurvature(learner, on: try TinyRuns.sequences(6))
    let first = try #require(policy.trained.first)
    #expect(first.name.contains("lora_A"))
    let image = curvature.product(with: Self.unit(0, policy.trainedCount))
    #expect(image.prefix(first.values.count).allSatisfy { abs($0) < 1e-8 })
  }

  @Test func `the ends of a module's block are those of the block as a matrix`() throws {
    let (curvature, policy) = try Self.curvature()
    let count = policy.trainedCount
    var place = 0
    let found = try curvature.modules()
    for (parameter, module) in zip(policy.trained, found) {
      let range = place..<place + parameter.values.count
      place = range.upperBound
      #expect(parameter.name.hasPrefix(module.module + "."))
      let rows = range.map { Array(curvature.product(with: Self.unit($0, count))[range]) }
      var block = Matrix(rows: range.count, columns: range.count)
      for row in rows.indices {
        for column in rows.indices {
          block[row, column] = (rows[row][column] + rows[column][row]) / 2
        }
      }
      let values = try SymmetricEigen(of: block, vectors: .none).values
      // Lanczos comes from inside, and stops when an end has moved by less than 0.005, which may be early.
      let ends = [(values.max() ?? 0) - module.largest, module.smallest - (values.min() ?? 0)]
      #expect(ends.allSatisfy { -1e-4 < $0 && $0 < 0.1 }, "\(module): \(ends)")
      #expect(module.steps >= 5)
    }
    #expect(place == count)
  }

  @Test func `at LoRA's start the block of a pair is indefinite`() throws {
    let policy = try TinyRuns.policy("lora", on: TinyRuns.base(Double.self))
    let learner = Learner(policy, positions: TinyRuns.positions, lanes: 1, threads: 1)
    let found = try LossCurvature(learner, on: try TinyRuns.sequences(6)).modules()
    #expect(found.count == 7)
    #expect(found.allSatisfy { $0.largest > 0 && $0.smallest < 0 })
  }
}
