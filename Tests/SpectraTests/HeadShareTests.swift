import LinearAlgebra
import Spectra
import Testing

/// How an update is spread over the attention heads of its weight.
@Suite("Heads") struct HeadShareTests {
  private func analysis(
    _ update: WeightUpdate, base: Matrix, heads: HeadBlocks?
  ) throws -> ModuleAnalysis {
    let reference = DenseReference(base)
    return try ModuleAnalyzer(options: AnalysisOptions(topCount: 2)).analyze(
      ModuleIdentity(
        run: "r", method: "lora", seed: nil, step: 1, module: "q", rows: base.rows,
        columns: base.columns),
      UpdateForm(update, base: reference.panels), of: reference, heads: heads)
  }

  @Test(arguments: [(12, 8), (8, 12), (12, 12)], [Side.left, .right])
  func `shares are the energies of blocks, for factors as for dense updates`(
    shape: (Int, Int), side: Side
  ) throws {
    var generator = SplitMix64(seed: 8)
    let base = trainedLikeMatrix(rows: shape.0, columns: shape.1, using: &generator)
    let left = generator.gaussianMatrix(rows: shape.0, columns: 3)
    let right = generator.gaussianMatrix(rows: 3, columns: shape.1)
    let dense = left * right
    let blocks = try #require(
      HeadBlocks(side: side, count: 4, of: OrientedShape(rows: shape.0, columns: shape.1)))
    let lines = side == .left ? dense : dense.transposed()
    let size = lines.rows / 4
    let energies = (0..<4).map { head in
      lines.rowSlice(head * size..<(head + 1) * size).values.reduce(0) { $0 + $1 * $1 }
    }
    let total = energies.reduce(0, +)
    for update in [WeightUpdate.factored(left: left, right: right), .dense(dense)] {
      let result = try analysis(update, base: base, heads: blocks)
      let heads = try #require(result.heads)
      #expect(heads.areRows == (side == .left))
      for (share, energy) in zip(heads.shares, energies) {
        #expect(abs(share - energy / total) <= 1e-12)
      }
      let concentration = 4 * energies.reduce(0) { $0 + ($1 / total) * ($1 / total) }
      #expect(abs(try #require(result.metrics["head_concentration"]) - concentration) <= 1e-12)
    }
  }

  @Test(arguments: [1, 3, 12])
  func `the null is what random orientations give`(rank: Int) throws {
    var generator = SplitMix64(seed: UInt64(rank))
    let (rows, count, draws) = (48, 4, 3000)
    let values = (0..<rank).map { 1 / Double($0 + 1) }
    let base = trainedLikeMatrix(rows: rows, columns: 16, using: &generator)
    let blocks = try #require(
      HeadBlocks(side: .left, count: count, of: OrientedShape(rows: rows, columns: 16)))
    let update = WeightUpdate.factored(
      left: generator.orthonormalFrame(rows: rows, columns: rank).scalingColumns(by: values),
      right: generator.orthonormalFrame(rows: 16, columns: rank).transposed())
    let null = try #require(
      analysis(update, base: base, heads: blocks).nulls.first { $0.metric == "head_concentration" })
    let total = values.reduce(0) { $0 + $1 * $1 }
    var drawn = [Double]()
    for _ in 0..<draws {
      let frame = generator.orthonormalFrame(rows: rows, columns: rank).scalingColumns(by: values)
      drawn.append(
        Double(count)
          * (0..<count).reduce(0) { sum, head in
            let energy = frame.rowSlice(head * 12..<(head + 1) * 12).values
              .reduce(0) { $0 + $1 * $1 }
            return sum + energy / total * energy / total
          })
    }
    let mean = try #require(SampleMoments.mean(of: drawn))
    let spread = try #require(SampleMoments.standardDeviation(of: drawn))
    #expect(abs(mean - null.mean) <= 4 * spread / Double(draws).squareRoot())
    // Shares are not quite normal.
    #expect(abs(spread / null.standardDeviation - 1) <= 0.25)
  }

  @Test func `a weight has heads only if its side divides into them`() {
    let shape = OrientedShape(rows: 12, columns: 10)
    #expect(HeadBlocks(side: .left, count: 5, of: shape) == nil)
    #expect(HeadBlocks(side: .left, count: 1, of: shape) == nil)
    #expect(HeadBlocks(side: .right, count: 5, of: shape)?.count == 5)
    #expect(HeadBlocks(side: .left, count: 2, of: OrientedShape(rows: 0, columns: 3)) == nil)
  }

  @Test func `without known heads there is no share`() throws {
    var generator = SplitMix64(seed: 9)
    let base = trainedLikeMatrix(rows: 8, columns: 6, using: &generator)
    let result = try analysis(
      .dense(generator.gaussianMatrix(rows: 8, columns: 6)), base: base, heads: nil)
    #expect(result.heads == nil && result.metrics["head_concentration"] == nil)
  }
}
