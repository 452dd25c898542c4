import Adapters
import LinearAlgebra
import Testing

@Suite("LoRA on stacked experts") struct TargetParametersTests {
  @Test(arguments: 0..<3)
  func `an expert has rows of A and every third column of B`(expert: Int) throws {
    var samples = Samples()
    let (a, b) = (samples.matrix(6, 5), samples.matrix(4, 6))
    let parameters = ["lora_A.weight": Tensor(a), "lora_B.weight": Tensor(b)]
    let position = ExpertPosition(index: expert, count: 3)
    let adapter = try SavedTargetParameters(
      parameters: parameters, settings: Samples.settings(expert: position))
    var expected = Matrix(rows: 4, columns: 5)
    for o in 0..<4 {
      for i in 0..<5 {
        for r in 0..<2 { expected[o, i] += 2 * b[o, r * 3 + expert] * a[expert * 2 + r, i] }
      }
    }
    let update = try adapter.dense(samples.matrix(4, 5))
    #expect((update - expected).frobeniusNorm() <= rounding(expected))
    let stored = try SavedTargetParameters(
      parameters: parameters, settings: Samples.settings(layout: .inByOut, expert: position))
    let transposed = try stored.dense(samples.matrix(5, 4))
    #expect((transposed - expected.transposed()).frobeniusNorm() <= rounding(expected))
  }

  @Test func `factors that the experts do not divide are refused`() throws {
    var samples = Samples()
    let parameters = [
      "lora_A.weight": samples.tensor(5, 5), "lora_B.weight": samples.tensor(4, 5),
    ]
    let settings = Samples.settings(expert: ExpertPosition(index: 0, count: 3))
    #expect(throws: AdapterError.indivisible(module: "layers.0.q_proj", size: 5, block: 3)) {
      try SavedTargetParameters(parameters: parameters, settings: settings)
    }
  }
}
