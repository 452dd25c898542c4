import LinearAlgebra
import Testing

@Suite("QR of panels") struct PanelQRTests {
  struct Spectrum: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let values: [Double]
  }

  static let spectra = [
    Spectrum(testDescription: "of one size", values: (0..<12).map { 1 + 0.1 * Double($0) }),
    Spectrum(testDescription: "graded over 22 orders", values: (0..<12).map { 1 / pow(100, $0) }),
    Spectrum(
      testDescription: "of rank 5", values: (0..<12).map { $0 < 5 ? 1 / Double($0 + 1) : 0 }),
    Spectrum(testDescription: "of zeros", values: Array(repeating: 0, count: 12)),
  ]

  /// The rows after the first square panel come in panels of these lengths.
  static let lengths = [1, 7, 50, 300]

  private static func pow(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { power, _ in power * base }
  }

  private func matrix(
    _ spectrum: Spectrum, rows: Int, using generator: inout SplitMix64
  ) -> Matrix {
    let count = spectrum.values.count
    let left = generator.orthonormalFrame(rows: rows, columns: count)
    let right = generator.orthonormalFrame(rows: count, columns: count)
    return left.scalingColumns(by: spectrum.values) * right
  }

  private func factored(
    _ matrix: Matrix, with companion: Matrix, length: Int, _ layout: PanelLayout
  ) throws -> PanelQR {
    var factors = PanelQR(size: matrix.columns, width: companion.columns)
    var start = 0
    while start < matrix.rows {
      let range = start..<min(start + (start == 0 ? matrix.columns : length), matrix.rows)
      let (panel, beside) = (matrix.rowSlice(range), companion.rowSlice(range))
      try factors.add(
        layout == .longMajor ? panel.values : panel.transposed().values, layout,
        // The other layout, so that each is used with each.
        with: layout == .longMajor ? beside.transposed().values : beside.values,
        layout == .longMajor ? .shortMajor : .longMajor, length: range.count)
      start = range.upperBound
    }
    return factors
  }

  /// Both are backward stable, so their values differ by rounding of the largest one, times a modest function of the size.
  private func rounding(_ matrix: Matrix) -> Double {
    16 * .ulpOfOne * Double(matrix.rows) * matrix.frobeniusNorm()
  }

  @Test(arguments: spectra, lengths)
  func `R has the singular values of the matrix`(spectrum: Spectrum, length: Int) throws {
    var generator = SplitMix64(seed: UInt64(length))
    let matrix = matrix(spectrum, rows: 321, using: &generator)
    for layout in [PanelLayout.longMajor, .shortMajor] {
      let triangle = try factored(
        matrix, with: Matrix(rows: 321, columns: 0), length: length, layout
      ).triangle()
      for (one, other) in zip(try triangle.singularValues(), try matrix.singularValues()) {
        #expect(abs(one - other) <= rounding(matrix))
      }
      for row in 0..<12 { for column in 0..<row { #expect(triangle[row, column] == 0) } }
    }
  }

  @Test(arguments: spectra, lengths)
  func `Q has orthonormal columns at any rank, and QR is the matrix`(
    spectrum: Spectrum, length: Int
  ) throws {
    var generator = SplitMix64(seed: UInt64(length) + 1)
    let matrix = matrix(spectrum, rows: 100, using: &generator)
    for layout in [PanelLayout.longMajor, .shortMajor] {
      // QᵀD for D = 1 is Qᵀ.
      let factors = try factored(matrix, with: .identity(100), length: length, layout)
      let transposedQ = try factors.companionImage()
      let products = Matrix.product(transposedQ, .asStored, transposedQ, .transposed)
      #expect((products - .identity(12)).frobeniusNorm() <= 16 * .ulpOfOne * 100)
      let again = Matrix.product(transposedQ, .transposed, try factors.triangle())
      #expect((again - matrix).frobeniusNorm() <= rounding(matrix))
    }
  }

  @Test func `a square matrix is one panel`() throws {
    var generator = SplitMix64(seed: 5)
    let matrix = generator.gaussianMatrix(rows: 12, columns: 12)
    let factors = try factored(matrix, with: matrix, length: 1, .longMajor)
    #expect(
      (try factors.companionImage() - factors.triangle()).frobeniusNorm() <= rounding(matrix))
  }

  @Test func `a number that is not finite is refused`() throws {
    var factors = PanelQR(size: 2)
    #expect(throws: LinearAlgebraError.notFinite(row: 1, column: 0)) {
      try factors.add([1, 2, .nan, 4], .longMajor, length: 2)
    }
  }

  @Test(arguments: [2, 9])
  func `numbers whose squares overflow are refused or kept in range`(rows: Int) throws {
    let large = Matrix(rows: rows, columns: 2, repeating: 1.7e308)
    #expect(throws: LinearAlgebraError.self) {
      try factored(large, with: large, length: 3, .longMajor).triangle()
    }
  }
}
