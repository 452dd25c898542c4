import Adapters
import LinearAlgebra
import Testing

@Suite("LN tuning") struct LNTuningTests {
  @Test func `gains and biases are replaced`() throws {
    let adapter = try SavedLNTuning(
      parameters: [
        "ln_tuning_layers.weight": Tensor(shape: [2], values: [1, 4]),
        "ln_tuning_layers.bias": Tensor(shape: [2], values: [0, 3]),
      ], settings: Samples.settings("LN_TUNING"))
    let gains = Matrix(rows: 1, columns: 2, values: [1, 1])
    #expect(try adapter.dense(gains).values == [0, 3])
    #expect(adapter.biasChange?.change(of: [1, 1]) == [-1, 2])
  }
}
