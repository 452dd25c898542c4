import Adapters
import LinearAlgebra
import Testing

@Suite("IA3") struct IA3Tests {
  private var base: Matrix {
    var samples = Samples()
    return samples.matrix(2, 3)
  }

  @Test func `outputs are scaled, and the bias with them`() throws {
    let adapter = try SavedIA3(
      parameters: ["ia3_l": Tensor(shape: [2, 1], values: [1.5, 0])],
      settings: Samples.settings("IA3"))
    #expect(try adapter.dense(base) == Matrix.diagonal([0.5, -1]) * base)
    #expect(adapter.biasChange?.change(of: [4, 5]) == [2, -5])
  }

  @Test func `inputs of a feed-forward module are scaled, and the bias is not`() throws {
    let adapter = try SavedIA3(
      parameters: ["ia3_l": Tensor(shape: [1, 3], values: [1, 2, 0])],
      settings: Samples.settings("IA3"))
    #expect(try adapter.dense(base) == base * Matrix.diagonal([0, 1, -1]))
    #expect(adapter.biasChange == nil)
  }

  @Test func `factors of one leave the base as it is`() throws {
    let adapter = try SavedIA3(
      parameters: ["ia3_l": Tensor(shape: [2, 1], values: [1, 1])],
      settings: Samples.settings("IA3"))
    #expect(try adapter.dense(base).frobeniusNorm() == 0)
  }

  @Test func `of a weight stored in × out the columns are the outputs`() throws {
    let stored = base.transposed()
    let adapter = try SavedIA3(
      parameters: ["ia3_l": Tensor(shape: [2, 1], values: [2, 1])],
      settings: Samples.settings("IA3", layout: .inByOut))
    #expect(try adapter.dense(stored) == stored * Matrix.diagonal([1, 0]))
  }

  @Test func `the list of feed-forward modules decides for a convolution`() throws {
    var samples = Samples()
    let w = samples.matrix(2, 8)
    let factors = ["ia3_l": Tensor(shape: [1, 2, 1, 1], values: [2, 1])]
    let outputs = try SavedIA3(parameters: factors, settings: Samples.settings("IA3"))
    #expect(try outputs.dense(w) == Matrix.diagonal([1, 0]) * w)
    let inputs = try SavedIA3(
      parameters: factors,
      settings: Samples.settings("IA3") { $0.ia3.feedforwardModules = .names(["q_proj"]) })
    #expect(try inputs.dense(w) == w * Matrix.diagonal([1, 1, 1, 1, 0, 0, 0, 0]))
  }

  @Test func `a base with another number of outputs is refused`() throws {
    let adapter = try SavedIA3(
      parameters: ["ia3_l": Tensor(shape: [4, 1], values: [2, 1, 1, 1])],
      settings: Samples.settings("IA3"))
    #expect(
      throws: AdapterError.baseShape(
        module: "layers.0.q_proj", update: MatrixShape(rows: 4, columns: 3),
        base: MatrixShape(rows: 2, columns: 3))
    ) { try adapter.dense(base) }
  }
}
