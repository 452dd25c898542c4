import LinearAlgebra
import Spectra
import Testing

/// Inner products of updates in every form.
@Suite("Inner products of updates") struct PathGramTests {
  /// Updates of one weight and the same ones multiplied out.
  private func updates(
    rows: Int, columns: Int, count: Int
  ) -> (base: Matrix, updates: [WeightUpdate], dense: [Matrix]) {
    var generator = SplitMix64(seed: UInt64(rows + 31 * columns))
    let base = generator.gaussianMatrix(rows: rows, columns: columns)
    let updates = (0..<count).map { index -> WeightUpdate in
      .factored(
        left: generator.gaussianMatrix(rows: rows, columns: 1 + index % 3),
        right: generator.gaussianMatrix(rows: 1 + index % 3, columns: columns))
    }
    let dense = updates.compactMap { try? $0.dense(base: DenseBaseWeight(base)) }
    return (base, updates, dense)
  }

  private func expect(_ gram: Matrix, isThatOf dense: [Matrix], within bound: Double = 1e-10) {
    for (row, one) in dense.enumerated() {
      for (column, other) in dense.enumerated() {
        let expected = one.innerProduct(with: other)
        let size = one.frobeniusNorm() * other.frobeniusNorm()
        #expect(abs(gram[row, column] - expected) <= bound * size)
        #expect(gram[row, column] == gram[column, row])
      }
    }
  }

  @Test(arguments: [(40, 24), (24, 40), (30, 30)])
  func `products of factors and dense updates have the same`(rows: Int, columns: Int) throws {
    let (base, updates, dense) = updates(rows: rows, columns: columns, count: 7)
    let panels = DensePanels(base)
    let products = PathGram(shape: panels.shape, base: panels)
    let factored = try products.matrix(of: [0..<7]) { try UpdateForm(updates[$0], base: panels) }
    expect(factored, isThatOf: dense)
    let multiplied = try products.matrix(of: [0..<7]) {
      try UpdateForm(.dense(dense[$0]), base: panels)
    }
    expect(multiplied, isThatOf: dense)
    let alone = try PathGram(shape: panels.shape, base: nil).matrix(of: [0..<7]) {
      UpdateForm(updates[$0])
    }
    #expect(alone == factored)
  }

  @Test func `blocks of any size have the same, and a block is made once for each before it`()
    throws
  {
    let (base, updates, dense) = updates(rows: 20, columns: 12, count: 6)
    let panels = DensePanels(base)
    for blocks in [[0..<6], [0..<2, 2..<6], [0..<3, 3..<5, 5..<6], (0..<6).map { $0..<$0 + 1 }] {
      for isDense in [false, true] {
        var made = [Int](repeating: 0, count: 6)
        let gram = try PathGram(shape: panels.shape, base: panels).matrix(of: blocks) { index in
          made[index] += 1
          return try UpdateForm(isDense ? .dense(dense[index]) : updates[index], base: panels)
        }
        expect(gram, isThatOf: dense)
        let expected = blocks.enumerated().flatMap { number, block in block.map { _ in number + 1 }
        }
        #expect(made == expected)
      }
    }
  }

  @Test func `differences, scalings, zeros and products stand beside each other`() throws {
    let (base, updates, dense) = updates(rows: 18, columns: 26, count: 3)
    let panels = DensePanels(base)
    let scales = (0..<18).map { Double($0) / 10 }
    let forms = [
      UpdateForm(
        streaming: DifferencePanels(after: DensePanels(base + dense[0]), before: panels)),
      try UpdateForm(.rowScaling(scales), base: panels),
      try UpdateForm(.zero(rows: 18, columns: 26), base: panels),
      try UpdateForm(updates[2], base: panels),
    ]
    let gram = try PathGram(shape: panels.shape, base: panels).matrix(of: [0..<4]) { forms[$0] }
    expect(
      gram,
      isThatOf: [
        dense[0], base.scalingRows(by: scales), Matrix(rows: 18, columns: 26), dense[2],
      ])
    #expect(gram.row(2).allSatisfy { $0 == 0 })
  }
}
