import Adapters
import LinearAlgebra
import Testing

@Suite("PVeRA and RandLoRA") struct ProjectionTests {
  @Test func `PVeRA is VeRA with the halves that stand for the mean`() throws {
    var samples = Samples()
    let (a, b) = (samples.matrix(6, 12), samples.matrix(10, 3))
    let (d, o) = (samples.matrix(1, 6).values, samples.matrix(1, 7).values)
    let adapter = try SavedPVeRA(
      parameters: [
        "pvera_A": Tensor(a), "pvera_B": Tensor(b), "pvera_lambda_d": Tensor(shape: [6], values: d),
        "pvera_lambda_b": Tensor(shape: [7], values: o),
      ], settings: Samples.settings("PVERA"))
    let mean = try SavedVeRA(
      parameters: [
        "vera_A": Tensor(a.rowSlice(0..<3)), "vera_B": Tensor(b),
        "vera_lambda_d": Tensor(shape: [3], values: Array(d[..<3])),
        "vera_lambda_b": Tensor(shape: [7], values: o),
      ], settings: Samples.settings("VERA"))
    let base = samples.matrix(7, 9)
    #expect(try adapter.dense(base) == mean.dense(base))
    #expect(adapter.resolved.rank == 3)
  }

  @Test func `an odd number of PVeRA's scales is refused`() throws {
    var samples = Samples()
    let parameters = [
      "pvera_A": samples.tensor(3, 12), "pvera_B": samples.tensor(10, 1),
      "pvera_lambda_d": samples.tensor(3), "pvera_lambda_b": samples.tensor(7),
    ]
    #expect(throws: AdapterError.indivisible(module: "layers.0.q_proj", size: 3, block: 2)) {
      try SavedPVeRA(parameters: parameters, settings: Samples.settings("PVERA"))
    }
  }

  private func randLoRA(
    _ samples: inout Samples, rank: Int = 2, count: Int = 3, small: Int = 5, large: Int = 8
  ) -> [String: Tensor] {
    [
      "randlora_lambda": samples.tensor(rank, count),
      "randlora_gamma": samples.tensor(count, small),
      "randlora_A": samples.tensor(rank, 1, small + 1),
      "randlora_B": samples.tensor(large + 1, count + 1, rank),
    ]
  }

  @Test func `RandLoRA's update of a wide weight is that of a tall one, transposed`() throws {
    var samples = Samples()
    let parameters = randLoRA(&samples)
    let adapter = try SavedRandLoRA(
      parameters: parameters, settings: Samples.settings("RANDLORA", alpha: 6))
    let tall = try adapter.dense(samples.matrix(8, 5))
    let wide = try adapter.dense(samples.matrix(5, 8))
    #expect(adapter.resolved.scale == 3)
    #expect((tall - wide.transposed()).frobeniusNorm() <= rounding(tall))
    let stored = try SavedRandLoRA(
      parameters: parameters, settings: Samples.settings("RANDLORA", alpha: 6, layout: .inByOut))
    #expect((try stored.dense(samples.matrix(8, 5)) - tall).frobeniusNorm() <= rounding(tall))
  }

  @Test func `RandLoRA refuses weights of other sizes, and bases that are too few`() throws {
    var samples = Samples()
    let parameters = randLoRA(&samples)
    let adapter = try SavedRandLoRA(
      parameters: parameters, settings: Samples.settings("RANDLORA"))
    for base in [samples.matrix(8, 6), samples.matrix(12, 5), samples.matrix(3, 8)] {
      #expect(throws: AdapterError.self) { try adapter.dense(base) }
    }
    for (name, tensor) in [
      ("randlora_A", samples.tensor(2, 1, 4)), ("randlora_B", samples.tensor(9, 2, 2)),
      ("randlora_B", samples.tensor(9, 4, 3)), ("randlora_gamma", samples.tensor(2, 5)),
      ("randlora_lambda", samples.tensor(0, 3)),
    ] {
      #expect(throws: AdapterError.self) {
        try SavedRandLoRA(
          parameters: parameters.merging([name: tensor]) { $1 },
          settings: Samples.settings("RANDLORA"))
      }
    }
  }

  @Test func `RandLoRA's bases are drawn as PEFT draws them`() throws {
    var configuration = AdapterConfiguration(peftType: "RANDLORA")
    configuration.rank = 20
    configuration.veRA.seed = 5
    let drawn = SavedRandLoRA.replayedParameters(
      shapes: [MatrixShape(rows: 192, columns: 96), MatrixShape(rows: 96, columns: 192)],
      configuration: configuration)
    let (a, b) = try (#require(drawn["randlora_A"]), #require(drawn["randlora_B"]))
    #expect([0, 1, 191, 192, 3839].map { a.values[$0] } == Self.goldenInput)
    #expect([0, 199, 191 * 200, 38399, 20107].map { b.values[$0] } == Self.goldenOutput)
    // Where rounding to BF16 reaches the upper bound, PyTorch takes the lower one.
    #expect(b.values[(1 * 10 + 3) * 20 + 13] == -1.734375)
  }

  /// `randlora_A` and `randlora_B` of PEFT 0.21.2 with torch 2.13 for the seed 5 and the rank 20.
  private static let goldenInput = [1.1484375, -1.296875, 0.039794921875, 1.4609375, 1.2265625]
  private static let goldenOutput = [
    -0.3359375, -1.4453125, -1.328125, -0.10546875, -0.0498046875,
  ]
}
