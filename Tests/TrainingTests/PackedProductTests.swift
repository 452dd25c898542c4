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
    return zip(packed.values, plain.values).reduce(0) { largest, values in
      let error = abs(Double(values.0 - values.1)) / bound
      return error.isFinite ? max(largest, error) : .infinity
    }
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

  /// A matrix with other numbers around it.
  private static func framed(_ matrix: MatrixView<Float>) -> MatrixView<Float> {
    let result = MatrixView<Float>(rows: matrix.rows + 3, columns: matrix.columns + 5)
    result.fill(.nan)
    result.rows(1..<matrix.rows + 1).columns(2..<matrix.columns + 2).copy(matrix)
    return result
  }

  @Test func `an empty product is empty, and one over nothing is zero`() {
    let none = MatrixView<Float>(rows: 0, columns: 5)
    none.multiply(
      MatrixView(rows: 0, columns: 4),
      PackedMatrix(MatrixView<Float>(rows: 4, columns: 5), .asStored))
    #expect(none.values.isEmpty)
    let zeros = MatrixView<Float>(rows: 8, columns: 5)
    zeros.fill(.nan)
    zeros.multiply(
      MatrixView(rows: 8, columns: 0),
      PackedMatrix(MatrixView<Float>(rows: 0, columns: 5), .asStored))
    #expect(zeros.values == Array(repeating: 0, count: 40))
  }

  @Test func `a pass over many rows gives what passes over few give`() {
    var generator = SplitMix64(seed: 10)
    let decoder = SmallDecoder.gemma
    let weights: TensorSet<Double> = decoder.weights(&generator)
    let pass = DecoderPass<Double>(decoder.configuration, positions: 24)
    let sequences: [(prompt: [Int32], completion: [Int32])] = (0..<30).map { (index: Int32) in
      (prompt: [index % 7, 3], completion: [index % 5, 1, index % 3])
    }
    // 150 rows take packed products, 5 do not.
    pass.forward(PackedBatch(sequences), weights: weights)
    let all = pass.logProbabilities(weights: weights, inverseTemperature: 1).logProbabilities
    let some = sequences.flatMap { sequence in
      pass.forward(PackedBatch([sequence]), weights: weights)
      return pass.logProbabilities(weights: weights, inverseTemperature: 1).logProbabilities
    }
    #expect(all.count == some.count && zip(all, some).allSatisfy { abs($0 - $1) <= 1e-12 })
  }

  @Test(arguments: SmallDecoder.allCases)
  func `packed weights draw what others draw`(decoder: SmallDecoder) {
    var generator = SplitMix64(seed: 11)
    let weights: TensorSet<Double> = decoder.weights(&generator)
    let pass = DecoderPass<Double>(decoder.configuration, positions: 24)
    let layout = DecoderLayout(decoder.configuration)
    let drawn = [1_000, 0].map { rows in
      pass.sample(
        prompts: [[1, 2, 3], [6]], seeds: [Array(0..<40), Array(40..<80)],
        weights: weights.packing(layout, rows: rows),
        options: SamplingOptions(maximumLength: 9, endToken: 0))
    }
    #expect(drawn[0].joined().map(\.tokens) == drawn[1].joined().map(\.tokens))
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
    let within = MatrixView<Float>(rows: 9, columns: 12)
    within.multiply(
      wide.columns(5..<25),
      PackedMatrix(Self.framed(right).rows(1..<13).columns(2..<22), .transposed))
    #expect(within.values == own.values)
    #expect(room.columns(10..<22).values == own.values)
    #expect(room.columns(0..<10).values.allSatisfy { $0 == 0 })
    #expect(room.columns(22..<30).values.allSatisfy { $0 == 0 })
  }
}
