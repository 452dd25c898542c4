import Adapters
import LinearAlgebra
import Testing

@Suite("FourierFT and WaveFT") struct SpectrumTests {
  /// `torch.randperm(n, generator=torch.Generator().manual_seed(seed))` of torch 2.13.
  @Test(arguments: [
    (3, 20, [6, 12, 3, 7, 1, 5, 8, 9]), (777, 100_000, [85735, 8325, 37745, 38544, 55035, 28022]),
    (7, 214_748_363, [112_993_252, 117_420_445, 128_500_308, 81_485_129]),
    (7, 214_748_364, [93_268_064, 63_068_233, 165_770_247, 155_513_421]),
  ])
  func `the first places of a permutation are PyTorch's`(
    seed: UInt64, total: Int, first: [Int]
  ) {
    var generator = MersenneTwister(seed: seed)
    #expect(generator.permutation(of: total, first: first.count) == first)
  }

  @Test(arguments: [1, 2, 3, 20]) func `a whole permutation has each number once`(total: Int) {
    var generator = MersenneTwister(seed: 5)
    let order = generator.permutation(of: total, first: total)
    #expect(order.sorted() == Array(0..<total))
  }

  /// `torch.normal(0.0, 0.5, (n,), generator=torch.Generator().manual_seed(42))` of torch 2.13.
  @Test func `normal numbers are PyTorch's`() {
    for (count, first, last) in [
      (5, 0.168345183134079, -0.561428189277649), (20, 0.963457643985748, -0.310797691345215),
    ] {
      var generator = MersenneTwister(seed: 42)
      let drawn = generator.nextNormals(count: count, deviation: 0.5)
      #expect(drawn.count == count)
      #expect(abs(drawn[0] - first) < 1e-6 && abs(drawn[count - 1] - last) < 1e-6)
    }
  }

  private func fourier(_ coefficients: [Double], seed: UInt64 = 3) throws -> SavedFourierFT {
    try SavedFourierFT(
      parameters: [
        "fourierft_spectrum": Tensor(shape: [coefficients.count], values: coefficients)
      ],
      settings: Samples.settings("FOURIERFT") {
        $0.spectrum.seed = seed
        $0.spectrum.scaling = 35
      })
  }

  /// Parseval: the squares of a transform sum to those of the coefficients. The real part takes a coefficient and its
  /// mirror image half each, unless they are the same.
  @Test func `one coefficient becomes one wave`() throws {
    for seed in UInt64(0)..<20 {
      let update = try fourier([2], seed: seed).dense(Matrix(rows: 5, columns: 7))
      var generator = MersenneTwister(seed: seed)
      let isConstant = generator.permutation(of: 35, first: 1)[0] == 0
      let expected = isConstant ? 2 * (35.0).squareRoot() : (2 * 35.0).squareRoot()
      #expect(abs(update.frobeniusNorm() - expected) <= 1e-12 * expected, "\(seed)")
      #expect(abs(update[0, 0] - 2) <= 1e-12)
    }
  }

  @Test func `few coefficients stay factored`() throws {
    let base = DenseBaseWeight(Matrix(rows: 60, columns: 50))
    #expect(try fourier([1, 2, 3]).weightUpdate(of: base).isFactored)
  }

  private func wave(
    _ coefficients: [Double], wavelet: String = "db1", isTransformed: Bool = true
  ) throws -> SavedWaveFT {
    try SavedWaveFT(
      parameters: [
        "waveft_spectrum": Tensor(shape: [coefficients.count], values: coefficients)
      ],
      settings: Samples.settings("WAVEFT") {
        $0.spectrum.scaling = 1
        $0.spectrum.wavelet = wavelet
        $0.spectrum.isTransformed = isTransformed
      })
  }

  /// An orthogonal transform keeps the norm.
  @Test func `the transform by the first wavelet keeps the norm`() throws {
    var samples = Samples()
    let coefficients = samples.matrix(1, 48).values
    let base = Matrix(rows: 8, columns: 6)
    let transformed = try wave(coefficients).dense(base)
    let direct = try wave(coefficients, isTransformed: false).dense(base)
    #expect(abs(transformed.frobeniusNorm() - direct.frobeniusNorm()) <= rounding(direct))
    #expect(direct.values.sorted() == coefficients.sorted())
  }

  /// Inside a large weight, one coefficient leaves a whole filter. (PEFT's `coif4` and `coif5` are off by a percent.)
  @Test(arguments: ["db1", "db7", "sym5", "coif3"]) func `a filter has the norm 1`(
    name: String
  ) throws {
    let update = try wave([1], wavelet: name).dense(Matrix(rows: 400, columns: 400))
    #expect(abs(update.frobeniusNorm() - 1) <= 1e-10)
  }

  @Test func `an unknown wavelet is refused`() {
    #expect(throws: AdapterError.unknownWavelet("db11")) { try wave([1], wavelet: "db11") }
  }

  @Test func `more coefficients than entries are refused`() throws {
    let base = Matrix(rows: 2, columns: 2)
    let error = AdapterError.coefficientCount(
      module: "layers.0.q_proj", count: 5, base: MatrixShape(rows: 2, columns: 2))
    #expect(throws: error) { try wave([1, 2, 3, 4, 5]).dense(base) }
    #expect(throws: error) { try fourier([1, 2, 3, 4, 5]).dense(base) }
    #expect(
      error.description
        == "'layers.0.q_proj' has 5 coefficients, more than the entries of a matrix of 2×2")
  }
}
