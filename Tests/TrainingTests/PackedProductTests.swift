import LinearAlgebra
import Testing
import Training

/// Products with a packed factor against those of OpenBLAS.
@Suite("Packed products") struct PackedProductTests {
  static let shapes = [
    (1, 1, 1), (5, 16, 7), (6, 17, 64), (13, 40, 3), (64, 64, 176), (70, 15, 33),
  ]

  private func drawn<Element>(
    _ rows: Int, _ columns: Int, _ generator: inout SplitMix64
  ) -> MatrixView<Element> {
    MatrixView(generator.gaussianMatrix(rows: rows, columns: columns))
  }

  /// The largest difference of α·A·op(B) + β·C from the library's, by the bound 2·n·ε·(|A||B| + |C|) of a sum of n terms.
  private func excess<Element: KernelScalar>(
    _ type: Element.Type, _ shape: (Int, Int, Int), _ orientation: Orientation, scale: Element,
    keeping: Element
  ) -> Double {
    let (rows, columns, inner) = shape
    var generator = SplitMix64(seed: UInt64(rows * 10_000 + columns * 100 + inner))
    let left: MatrixView<Element> = drawn(rows, inner, &generator)
    let right: MatrixView<Element> =
      orientation == .transposed
      ? drawn(columns, inner, &generator) : drawn(inner, columns, &generator)
    let start: MatrixView<Element> = drawn(rows, columns, &generator)
    let (packed, plain) = (start.copied(), start.copied())
    packed.multiply(left, PackedMatrix(right, orientation), scale: scale, keeping: keeping)
    plain.multiply(left, right, orientation, scale: scale, keeping: keeping)
    // Gaussian numbers stay below 6.
    let bound = 2 * Double(inner + 2) * Double(Element.ulpOfOne) * (36 * Double(inner) + 6)
    return zip(packed.values, plain.values).map { abs(Double($0 - $1)) / bound }.max() ?? 0
  }

  @Test(arguments: shapes) func `a packed factor gives the library's product`(
    rows: Int, columns: Int, inner: Int
  ) {
    for orientation in [Orientation.asStored, .transposed] {
      for (scale, keeping) in [(1, 0), (0.5, 1), (-2, 0.25)] {
        #expect(
          excess(
            Float.self, (rows, columns, inner), orientation, scale: Float(scale),
            keeping: Float(keeping)) <= 1)
        #expect(
          excess(
            Double.self, (rows, columns, inner), orientation, scale: scale, keeping: keeping) <= 1)
      }
    }
  }

  @Test func `a row does not depend on how many others there are`() {
    var generator = SplitMix64(seed: 7)
    let left: MatrixView<Float> = drawn(23, 50, &generator)
    let packed = PackedMatrix<Float>(drawn(33, 50, &generator), .transposed)
    let all = MatrixView<Float>(rows: 23, columns: 33)
    all.multiply(left, packed)
    for range in [0..<1, 4..<9, 10..<22] {
      let some = MatrixView<Float>(rows: range.count, columns: 33)
      some.multiply(left.rows(range), packed)
      #expect(some.values == all.rows(range).values)
    }
  }

  @Test func `what a result held is not read if nothing of it is kept`() {
    var generator = SplitMix64(seed: 8)
    let result = MatrixView<Float>(rows: 7, columns: 18)
    result.fill(.nan)
    result.multiply(drawn(7, 4, &generator), PackedMatrix(drawn(4, 18, &generator), .asStored))
    #expect(result.values.allSatisfy { $0.isFinite })
  }

  @Test func `columns of a wider matrix are multiplied in place`() {
    var generator = SplitMix64(seed: 9)
    let wide: MatrixView<Float> = drawn(9, 40, &generator)
    let right: MatrixView<Float> = drawn(12, 20, &generator)
    let (room, own) = (
      MatrixView<Float>(rows: 9, columns: 30), MatrixView<Float>(rows: 9, columns: 12)
    )
    let packed = PackedMatrix(right, .transposed)
    room.columns(10..<22).multiply(wide.columns(5..<25), packed)
    own.multiply(wide.columns(5..<25).copied(), packed)
    #expect(room.columns(10..<22).values == own.values)
    #expect(room.columns(0..<10).values.allSatisfy { $0 == 0 })
    #expect(room.columns(22..<30).values.allSatisfy { $0 == 0 })
  }
}
