import Adapters
import LinearAlgebra
import Testing

@Suite("Training: starts") struct TrainingStartTests {
  private static let scale = 1.5
  private static let shapes = [(8, 12), (12, 8), (8, 8)]
  private static let rank = 3

  private struct Found {
    let base: Matrix
    let pair: FactorPair
    let triplets: SingularTriplets
    let calibration: Calibration

    /// s·B₀A₀.
    var product: Matrix { scale * (pair.output * pair.input) }

    init(
      _ start: any FactorStart, _ rows: Int, _ columns: Int, rank: Int = TrainingStartTests.rank
    ) throws {
      var samples = Samples()
      base = samples.matrix(rows, columns)
      calibration = Calibration(
        inputs: samples.matrix(40, columns), weightGradient: samples.matrix(rows, columns))
      var generator = SplitMix64(seed: 5)
      pair = try start.factors(
        base: DenseBaseWeight(base), rank: rank, scale: scale, using: &generator,
        calibration: calibration)
      triplets = try SingularTriplets(of: base)
    }

    /// The sum of the triplets in a range of positions.
    func block(_ range: Range<Int>) -> Matrix {
      SingularTriplets(
        left: triplets.left.columnSlice(range), values: Array(triplets.values[range]),
        right: triplets.right.rowSlice(range)
      ).reconstruction()
    }
  }

  private static let exact: [(any FactorStart, @Sendable (Int) -> Range<Int>)] = [
    (PiSSAStart(), { _ in 0..<rank }), (MiLoRAStart(), { $0 - rank..<$0 }),
    (MiddleStart(), { ($0 - rank) / 2..<($0 - rank) / 2 + rank }),
  ]

  @Test(arguments: shapes)
  func `starts from singular triplets hold their block, whatever the scale`(
    rows: Int, columns: Int
  ) throws {
    for (start, range) in Self.exact {
      let found = try Found(start, rows, columns)
      let block = found.block(range(min(rows, columns)))
      #expect((found.product - block).frobeniusNorm() <= rounding(found.base))
      let (input, output) = (found.pair.input, found.pair.output)
      let gap = Matrix.product(input, .asStored, input, .transposed) - output.gram()
      #expect(gap.frobeniusNorm() <= rounding(found.base), "both factors carry the same share")
    }
  }

  @Test(arguments: shapes)
  func `directions are orthonormal rows that span the first or last triplets`(
    rows: Int, columns: Int
  ) throws {
    let size = min(rows, columns)
    let cases: [(any FactorStart, Range<Int>)] = [
      (RLPOStart(), 0..<Self.rank),
      (RLMOStart(), size - Self.rank..<size),
    ]
    for (start, range) in cases {
      let found = try Found(start, rows, columns)
      let input = found.pair.input
      let gram = Matrix.product(input, .asStored, input, .transposed)
      #expect((gram - .identity(Self.rank)).frobeniusNorm() <= rounding(gram))
      let projected = Matrix.product(found.base, .asStored, input, .transposed) * input
      #expect((projected - found.block(range)).frobeniusNorm() <= rounding(found.base))
      #expect(found.pair.output.frobeniusNorm() == 0)
    }
  }

  @Test func `the orthogonal start has two factors and no product`() throws {
    let found = try Found(OrthogonalStart(), 8, 12, rank: 4)
    let size = found.pair.input.frobeniusNorm() * found.pair.output.frobeniusNorm()
    #expect(size > 0.1)
    #expect(found.product.frobeniusNorm() <= 100 * Double.ulpOfOne * size)
  }

  @Test(arguments: shapes)
  func `OLoRA gives B orthonormal columns and leaves the columns of W below`(
    rows: Int, columns: Int
  ) throws {
    let found = try Found(OLoRAStart(), rows, columns)
    let gram = found.pair.output.gram()
    #expect((gram - .identity(Self.rank)).frobeniusNorm() <= rounding(gram))
    // The first r columns of W = QR need no more than the first r columns of Q.
    let leading = (found.pair.output * found.pair.input).columnSlice(0..<Self.rank)
    #expect(
      (leading - found.base.columnSlice(0..<Self.rank)).frobeniusNorm() <= rounding(found.base))
  }

  @Test func `random directions have the magnitudes of PiSSA`() throws {
    let found = try Found(RandomResidualStart(), 12, 8)
    let values = try found.product.singularValues()
    for index in 0..<Self.rank {
      #expect(abs(values[index] - found.triplets.values[index]) <= rounding(found.base))
    }
    #expect(values[Self.rank] <= rounding(found.base))
  }

  /// Power iterations reduce the part of triplet r + 1 by (σᵣ₊₁/σᵣ)⁹, here 10⁻⁹.
  @Test(arguments: shapes)
  func `fast PiSSA is PiSSA where the spectrum has a gap`(rows: Int, columns: Int) throws {
    var generator = SplitMix64(seed: 3)
    let size = min(rows, columns)
    let left = generator.orthonormalFrame(rows: rows, columns: size)
    let right = generator.orthonormalFrame(rows: columns, columns: size).transposed()
    let values = (0..<size).map { $0 < Self.rank ? 4 - Double($0) / 2 : 0.3 }
    let base = left * Matrix.diagonal(values) * right
    let products = try [PiSSAStart() as any FactorStart, FastPiSSAStart()].map {
      let pair = try $0.factors(
        base: DenseBaseWeight(base), rank: Self.rank, scale: 2, using: &generator, calibration: nil)
      return pair.output * pair.input
    }
    #expect((products[0] - products[1]).frobeniusNorm() <= 1e-6 * base.frobeniusNorm())
  }

  @Test func `EVA spans the leading directions of the inputs`() throws {
    let found = try Found(EVAStart(), 8, 12)
    let expected = try SingularTriplets(of: found.calibration.inputs).leading(Self.rank).right
    #expect(found.pair.input == expected && found.pair.output.frobeniusNorm() == 0)
  }

  @Test func `CorDA with white inputs is PiSSA`() throws {
    var samples = Samples()
    let base = samples.matrix(8, 6)
    var generator = SplitMix64(seed: 2)
    let calibration = Calibration(inputs: .identity(6), weightGradient: base)
    let products = try [CorDAStart() as any FactorStart, PiSSAStart()].map {
      let pair = try $0.factors(
        base: DenseBaseWeight(base), rank: 2, scale: 2, using: &generator, calibration: calibration)
      return pair.output * pair.input
    }
    #expect((products[0] - products[1]).frobeniusNorm() <= rounding(base))
  }

  @Test func `CorDA reproduces the base on the inputs if it keeps every triplet`() throws {
    let found = try Found(CorDAStart(), 8, 12, rank: 8)
    // C C⁻¹ is one to rounding times the condition number of C, below 10³ here.
    #expect((found.product - found.base).frobeniusNorm() <= 1e-10 * found.base.frobeniusNorm())
  }

  @Test func `LoRA-GA takes neighbouring directions of the gradient, equally long`() throws {
    let found = try Found(LoRAGAStart(), 16, 12)
    let size = 2.0 / 4
    let scaled = (1 / (size * size)) * found.pair.output.gram()
    #expect((scaled - .identity(Self.rank)).frobeniusNorm() <= rounding(scaled))
    let triplets = try SingularTriplets(of: found.calibration.weightGradient)
    let inputs = size * triplets.right.rowSlice(0..<Self.rank)
    #expect((found.pair.input - inputs).frobeniusNorm() <= rounding(inputs))
    let outside = Matrix.product(
      triplets.left.columnSlice(0..<Self.rank), .transposed, found.pair.output)
    #expect(outside.frobeniusNorm() <= rounding(found.pair.output))
  }

  @Test func `GeoRA is of the masked base: entries that are large twice play no part`() throws {
    var base = Samples().copyOfMatrix(10, 10)
    let before = try GeoRAStart().product(of: base)
    let largest = base.values.indices.max { abs(base.values[$0]) < abs(base.values[$1]) } ?? 0
    base.values[largest] *= 1.01
    let after = try GeoRAStart().product(of: base)
    #expect((before - after).frobeniusNorm() <= rounding(before))
  }

  @Test func `a start is uniform, or normal, with PEFT's width`() throws {
    let uniform = try Found(KaimingStart(), 40, 400, rank: 20).pair.input
    #expect(uniform.values.allSatisfy { abs($0) <= 0.05 })
    // The standard deviation of a uniform number in ±a is a/√3; 8000 numbers determine it to one per cent.
    #expect(abs(uniform.frobeniusNorm() / 8000.0.squareRoot() - 0.05 / 3.0.squareRoot()) < 1e-3)
    let normal = try Found(GaussianStart(), 40, 400, rank: 20).pair.input
    #expect(abs(normal.frobeniusNorm() / 8000.0.squareRoot() - 0.05) < 2e-3)
  }

  @Test(arguments: FactorStartRegistry.all.filter { $0.needsCalibration }.map { $0.key })
  func `a start that needs a batch says so`(key: String) throws {
    let start = try FactorStartRegistry.start(key).init()
    let error = AdapterError.calibrationNeeded(start: key)
    var generator = SplitMix64(seed: 1)
    #expect(throws: error) {
      try start.factors(
        base: DenseBaseWeight(Samples().copyOfMatrix(8, 8)), rank: 2, scale: 1, using: &generator,
        calibration: nil)
    }
    #expect(error.description == "the start '\(key)' needs a calibration batch")
  }

  @Test(arguments: FactorStartRegistry.all.filter { $0.needsCalibration }.map { $0.key })
  func `a batch of another module is refused`(key: String) throws {
    let start = try FactorStartRegistry.start(key).init()
    var generator = SplitMix64(seed: 1)
    let other = Calibration(
      inputs: Samples().copyOfMatrix(9, 5), weightGradient: Samples().copyOfMatrix(8, 5))
    #expect(throws: AdapterError.self) {
      try start.factors(
        base: DenseBaseWeight(Samples().copyOfMatrix(8, 8)), rank: 2, scale: 1, using: &generator,
        calibration: other)
    }
  }
}

extension Samples {
  fileprivate func copyOfMatrix(_ rows: Int, _ columns: Int) -> Matrix {
    var copy = self
    return copy.matrix(rows, columns)
  }
}

extension FactorStart {
  /// B₀A₀ of rank 3.
  fileprivate func product(of base: Matrix) throws -> Matrix {
    var generator = SplitMix64(seed: 1)
    let pair = try factors(
      base: DenseBaseWeight(base), rank: 3, scale: 1, using: &generator, calibration: nil)
    return pair.output * pair.input
  }
}
