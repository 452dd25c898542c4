import LinearAlgebra
import Testing

@Suite("Matrix views") struct ViewTests {
  @Test(arguments: [Orientation.asStored, .transposed], [Orientation.asStored, .transposed])
  func `a product agrees with the product of values`(left: Orientation, right: Orientation) {
    var generator = SplitMix64(seed: 3)
    let a = generator.gaussianMatrix(
      rows: left == .asStored ? 5 : 7, columns: left == .asStored ? 7 : 5)
    let b = generator.gaussianMatrix(
      rows: right == .asStored ? 7 : 4, columns: right == .asStored ? 4 : 7)
    let (first, second) = (MatrixView<Double>(a), MatrixView<Double>(b))
    let result = MatrixView<Double>(rows: 5, columns: 4)
    result.multiply(first, left, second, right, scale: 2)
    result.multiply(first, left, second, right, keeping: 0.5)
    let expected = Matrix.product(a, left, b, right)
    for (found, value) in zip(result.values, expected.values) {
      // Two roundings of sums of seven products.
      #expect(abs(found - 2 * value) <= 40 * .ulpOfOne)
    }
  }

  @Test func `parts share their numbers with the whole`() {
    let whole = MatrixView<Float>(rows: 4, columns: 6)
    whole.rows(1..<3).columns(2..<5).fill(1)
    #expect(whole.values.reduce(0, +) == 6)
    #expect(whole[1, 2] == 1 && whole[2, 4] == 1 && whole[0, 2] == 0 && whole[1, 5] == 0)
    let part = whole.rows(1..<3).columns(2..<5)
    part.scale(by: 3)
    #expect(part.dot(part) == 54)
  }

  @Test func `a workspace lends nested matrices that do not overlap`() {
    let workspace = Workspace<Float>()
    workspace.lending([(3, 3), (2, 5)]) { outer in
      outer[0].fill(1)
      outer[1].fill(2)
      workspace.lending([(100, 100)]) { $0[0].fill(3) }
      #expect(outer[0].values.allSatisfy { $0 == 1 })
      #expect(outer[1].values.allSatisfy { $0 == 2 })
    }
  }
}
