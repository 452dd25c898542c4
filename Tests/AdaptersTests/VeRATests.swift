import Adapters
import LinearAlgebra
import Testing

@Suite("VeRA") struct VeRATests {
  @Test func `the update is two scaled slices of the shared projections`() throws {
    var samples = Samples()
    let (a, b) = (samples.matrix(3, 12), samples.matrix(10, 3))
    let (d, o) = (samples.matrix(1, 3).values, samples.matrix(1, 7).values)
    let parameters = [
      "vera_A": Tensor(a), "vera_B": Tensor(b), "vera_lambda_d": Tensor(shape: [3], values: d),
      "vera_lambda_b": Tensor(shape: [7], values: o),
    ]
    let expected =
      Matrix.diagonal(o) * b.rowSlice(0..<7) * Matrix.diagonal(d) * a.columnSlice(0..<9)
    let adapter = try SavedVeRA(parameters: parameters, settings: Samples.settings("VERA"))
    let update = try adapter.dense(samples.matrix(7, 9))
    #expect((update - expected).frobeniusNorm() <= rounding(expected))
    let stored = try SavedVeRA(
      parameters: parameters, settings: Samples.settings("VERA", layout: .inByOut))
    let transposed = try stored.dense(samples.matrix(9, 7))
    #expect((transposed - expected.transposed()).frobeniusNorm() <= rounding(expected))
  }

  /// `g = torch.Generator().manual_seed(0)`, `torch.empty(2, 3).uniform_(-b, b, generator=g)` with
  /// b = √3·√2/√3, and then `torch.empty(4, 2)` with b = √3·√2/√2, in torch 2.13.
  @Test func `projections that were not saved are drawn as PyTorch draws them`() {
    var configuration = AdapterConfiguration(peftType: "VERA")
    configuration.rank = 2
    let drawn = SavedVeRA.replayedParameters(
      shapes: [MatrixShape(rows: 4, columns: 1), MatrixShape(rows: 1, columns: 3)],
      configuration: configuration)
    #expect(drawn["vera_A"]?.shape == [2, 3] && drawn["vera_B"]?.shape == [4, 2])
    #expect(drawn["vera_A"]?.values == Self.goldenDown)
    #expect(drawn["vera_B"]?.values == Self.goldenUp)
  }

  private static let goldenDown: [Double] = [
    -0.010587962344288826, 0.75864577293396, -1.1639615297317505, -1.040774941444397,
    -0.5446904897689819, 0.3792317807674408,
  ]
  private static let goldenUp: [Double] = [
    -0.03431743383407593, 1.3733248710632324, -0.15370918810367584, 0.4583223760128021,
    -0.5234484076499939, -0.34046122431755066, -1.6547120809555054, -1.1471062898635864,
  ]

  @Test func `a module with more outputs than the vector is refused`() throws {
    var samples = Samples()
    let adapter = try SavedVeRA(
      parameters: [
        "vera_A": samples.tensor(3, 12), "vera_B": samples.tensor(10, 3),
        "vera_lambda_d": samples.tensor(3), "vera_lambda_b": samples.tensor(7),
      ], settings: Samples.settings("VERA"))
    let base = samples.matrix(8, 9)
    #expect(
      throws: AdapterError.baseShape(
        module: "layers.0.q_proj", update: MatrixShape(rows: 7, columns: 9),
        base: MatrixShape(rows: 8, columns: 9))
    ) { try adapter.dense(base) }
  }
}
