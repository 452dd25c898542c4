import Adapters
import LinearAlgebra
import Testing

@Suite("AdaLoRA") struct AdaLoRATests {
  private func parameters(rank: Int = 2) -> [String: Tensor] {
    var samples = Samples()
    return [
      "lora_A": samples.tensor(rank, 9), "lora_B": samples.tensor(7, rank),
      "lora_E": samples.tensor(rank, 1),
    ]
  }

  private let base = Matrix(rows: 7, columns: 9, repeating: 1)

  @Test func `the divisor is the rank before pruning`() throws {
    var samples = Samples()
    let (a, b, e) = (samples.matrix(2, 9), samples.matrix(7, 2), samples.matrix(2, 1))
    let adapter = try SavedAdaLoRA(
      parameters: ["lora_A": Tensor(a), "lora_B": Tensor(b), "lora_E": Tensor(e)],
      settings: Samples.settings("ADALORA", alpha: 16) { $0.adaLoRA.initialRank = 4 })
    let expected = (16 / (4 + 1e-5)) * (b * Matrix.diagonal(e.values) * a)
    #expect((try adapter.dense(base) - expected).frobeniusNorm() <= rounding(expected))
    #expect(adapter.resolved.rank == 2)
  }

  @Test func `gates of zero give a zero update`() throws {
    var parameters = parameters()
    parameters["lora_E"] = Tensor(zero: 2, 1)
    let adapter = try SavedAdaLoRA(parameters: parameters, settings: Samples.settings("ADALORA"))
    #expect(try adapter.dense(base).frobeniusNorm() == 0)
  }

  @Test func `a module without a triplet left has a zero update`() throws {
    let adapter = try SavedAdaLoRA(
      parameters: parameters(rank: 0), settings: Samples.settings("ADALORA"))
    #expect(adapter.resolved.rank == 0)
    #expect(try adapter.dense(base) == Matrix(rows: 7, columns: 9))
  }

  @Test func `an alpha of zero counts as the first rank`() throws {
    let adapter = try SavedAdaLoRA(
      parameters: parameters(),
      settings: Samples.settings("ADALORA", alpha: 0) { $0.adaLoRA.initialRank = 12 })
    #expect(adapter.resolved.scale == 12 / (12 + 1e-5))
  }

  @Test func `a pattern that keeps another number of triplets is refused`() throws {
    let settings = Samples.settings("ADALORA") {
      $0.adaLoRA.rankPattern = ["layers.0.q_proj.lora_E": [true, false, false]]
    }
    let error = AdapterError.prunedRank(module: "layers.0.q_proj", kept: 1, found: 2)
    #expect(throws: error) { try SavedAdaLoRA(parameters: parameters(), settings: settings) }
    #expect(
      error.description
        == "rank_pattern keeps 1 triplets of 'layers.0.q_proj', its tensors hold 2")
  }
}
