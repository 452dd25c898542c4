import LinearAlgebra
import Testing

@Suite("Matrix") struct MatrixTests {
  let tall = Matrix(rows: 3, columns: 2, values: [1, 2, 3, 4, 5, 6])

  @Test func `a product agrees with the definition for every orientation`() {
    var generator = SplitMix64(seed: 3)
    let a = generator.gaussianMatrix(rows: 5, columns: 4)
    let b = generator.gaussianMatrix(rows: 4, columns: 6)
    var expected = Matrix(rows: 5, columns: 6)
    for i in 0..<5 {
      for j in 0..<6 { for k in 0..<4 { expected[i, j] += a[i, k] * b[k, j] } }
    }
    let bound = 16 * Double.ulpOfOne * a.frobeniusNorm() * b.frobeniusNorm()
    #expect((a * b - expected).frobeniusNorm() <= bound)
    let (at, bt) = (a.transposed(), b.transposed())
    #expect((Matrix.product(at, .transposed, b, .asStored) - expected).frobeniusNorm() <= bound)
    #expect((Matrix.product(a, .asStored, bt, .transposed) - expected).frobeniusNorm() <= bound)
    #expect((Matrix.product(at, .transposed, bt, .transposed) - expected).frobeniusNorm() <= bound)
  }

  @Test func `the transpose of a transpose is the matrix`() {
    var generator = SplitMix64(seed: 4)
    let matrix = generator.gaussianMatrix(rows: 45, columns: 33)
    #expect(matrix.transposed().transposed() == matrix)
    #expect(matrix.transposed()[7, 40] == matrix[40, 7])
  }

  @Test func `slices and stacks undo one another`() {
    #expect(Matrix.stackedRows([tall.rowSlice(0..<1), tall.rowSlice(1..<3)]) == tall)
    #expect(Matrix.stackedColumns([tall.columnSlice(0..<1), tall.columnSlice(1..<2)]) == tall)
  }

  @Test(arguments: [PanelLayout.longMajor, .shortMajor])
  func `a Gram matrix accumulated over panels is AᵀA`(layout: PanelLayout) {
    var generator = SplitMix64(seed: 5)
    let matrix = generator.gaussianMatrix(rows: 70, columns: 40)
    var gram = GramAccumulator(size: 40)
    var cross = CrossAccumulator(rows: 40, columns: 40)
    for range in [0..<32, 32..<70] {
      let panel = matrix.rowSlice(range)
      let stored = layout == .longMajor ? panel.values : panel.transposed().values
      gram.add(stored, layout: layout, length: range.count)
      cross.add(stored, layout, stored, layout, length: range.count)
    }
    let expected = Matrix.product(matrix, .transposed, matrix, .asStored)
    let bound = 70 * Double.ulpOfOne * expected.frobeniusNorm()
    #expect((gram.matrix() - expected).frobeniusNorm() <= bound)
    #expect((cross.matrix() - expected).frobeniusNorm() <= bound)
    #expect(gram.matrix() == gram.matrix().transposed())
  }

  @Test func `empty matrices multiply to zeros`() {
    let product = Matrix(rows: 3, columns: 0) * Matrix(rows: 0, columns: 2)
    #expect(product == Matrix(rows: 3, columns: 2))
  }
}
