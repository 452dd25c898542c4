import LinearAlgebra
import Spectra
import Testing

@Suite("Task-specific directions") struct TaskDirectionTests {
  private func analysis(
    _ base: Matrix, _ update: Matrix, _ options: AnalysisOptions = AnalysisOptions()
  ) throws -> ModuleAnalysis {
    let reference = DenseReference(base)
    return try ModuleAnalyzer(options: options).analyze(
      ModuleIdentity(
        run: "r", method: "full", seed: nil, step: 1, module: "m", rows: base.rows,
        columns: base.columns),
      UpdateForm(.dense(update), base: reference.panels), of: reference)
  }

  @Test func `a planted direction is found with its rate`() throws {
    var generator = SplitMix64(seed: 4)
    let base = trainedLikeMatrix(rows: 20, columns: 14, using: &generator)
    let triplets = try SingularTriplets(of: base)
    let size = -0.3 * triplets.values[3]
    let update =
      triplets.left.columnSlice(3..<4) * (size * triplets.right.rowSlice(3..<4))
    let found = try analysis(base, update)
    #expect(abs(try #require(found.metrics["task_direction_rate"]) - 0.3) < 1e-10)
    #expect(found.metrics["task_direction_index"] == 3)
    #expect(abs(try #require(found.metrics["task_direction_share"]) - 1) < 1e-10)
    #expect(found.taskDirections.count == 8)
    #expect(abs(try #require(found.taskDirections.first).alignedChange - size) < 1e-10)
    let rates = found.taskDirections.map(\.changeRate)
    #expect(rates == rates.sorted(by: >))
  }

  @Test func `an update that turns vectors has no share`() throws {
    let base = Matrix.diagonal([4, 3, 2, 1])
    var update = Matrix(rows: 4, columns: 4)
    update[0, 1] = 1
    update[2, 3] = -2
    let found = try analysis(base, update)
    #expect(found.metrics["task_direction_share"] == 0)
    #expect(found.metrics["task_direction_rate"] == 0)
  }

  @Test func `chance gives the diagonal one part in the larger dimension`() throws {
    var generator = SplitMix64(seed: 9)
    let base = trainedLikeMatrix(rows: 30, columns: 12, using: &generator)
    let found = try analysis(
      base, generator.gaussianMatrix(rows: 30, columns: 12), AnalysisOptions(nullSamples: 200))
    let null = try #require(found.nulls.first { $0.metric == "task_direction_share" })
    let error = null.standardDeviation / Double(200).squareRoot()
    #expect(abs(null.mean - 1.0 / 30) < 5 * error)
    // The rate favours small singular values: chance is far back, and is no small number.
    let index = try #require(found.nulls.first { $0.metric == "task_direction_index" })
    #expect(index.mean > 6)
  }

  @Test func `nothing is listed that was not asked for`() throws {
    let base = Matrix.diagonal([4, 3, 2, 1])
    let found = try analysis(base, 0.1 * base, AnalysisOptions(metrics: ["stable_rank"]))
    #expect(found.taskDirections.isEmpty && found.metrics.count == 1)
  }
}
