import Adapters
import LinearAlgebra
import Testing

@Suite("SHiRA and Super-Tuning") struct SparseTests {
  private func shira(_ positions: [Double], _ differences: [Double]) throws -> SavedSHiRA {
    try SavedSHiRA(
      parameters: [
        "shira_weight": Tensor(shape: [differences.count], values: differences),
        "shira_indices": Tensor(shape: [2, positions.count / 2], values: positions),
      ], settings: Samples.settings("SHIRA"))
  }

  @Test func `differences are added at their rows and columns`() throws {
    let update = try shira([0, 2, 2, 1, 0, 0], [5, 6, 7]).dense(Matrix(rows: 3, columns: 2))
    #expect(update == Matrix(rows: 3, columns: 2, values: [0, 5, 0, 0, 13, 0]))
  }

  @Test(arguments: [
    [-1.0, 0], [0.5, 0], [0, .nan], [3, 0], [0, 2], [1e300, 0], [.infinity, 0],
  ])
  func `a number that is no position is refused`(positions: [Double]) throws {
    #expect(throws: AdapterError.self) {
      try shira(positions, [1]).dense(Matrix(rows: 3, columns: 2))
    }
  }

  @Test func `as many positions as differences are needed`() {
    #expect(throws: AdapterError.self) { try shira([0, 1, 0, 1], [1]) }
  }

  private func superTuning(
    _ tensors: [String: Tensor], selectsLargest: Bool = true
  ) throws -> SavedSuperTuning {
    try SavedSuperTuning(
      parameters: tensors,
      settings: Samples.settings("SUPERTUNING", alpha: 6) {
        $0.superTuning.selectsLargest = selectsLargest
      })
  }

  private let base = Matrix(rows: 2, columns: 3, values: [1, -6, 3, -2, 5, 4])
  private let differences = Tensor(shape: [2], values: [10, 20])

  @Test func `positions are counted row by row`() throws {
    let update = try superTuning([
      "supertuning_values": differences,
      "supertuning_indices": Tensor(shape: [2], values: [4, 0]),
    ]).dense(base)
    #expect(update == Matrix(rows: 2, columns: 3, values: [20, 0, 0, 0, 10, 0]))
  }

  @Test func `positions that were not saved are those of the largest entries`() throws {
    let largest = try superTuning(["supertuning_values": differences])
    #expect(try largest.dense(base) == Matrix(rows: 2, columns: 3, values: [0, 10, 0, 0, 20, 0]))
    let smallest = try superTuning(["supertuning_values": differences], selectsLargest: false)
    #expect(try smallest.dense(base) == Matrix(rows: 2, columns: 3, values: [10, 0, 0, 20, 0, 0]))
    #expect(largest.needsBase && smallest.needsBase)
  }

  @Test func `positions among equal entries are refused`() throws {
    let adapter = try superTuning(["supertuning_values": differences])
    let tied = Matrix(rows: 2, columns: 3, values: [1, -6, 3, -2, 5, -5])
    #expect(throws: AdapterError.positionsUnknown(module: "layers.0.q_proj")) {
      try adapter.dense(tied)
    }
  }

  @Test func `factors of LoRA are added, scaled`() throws {
    var samples = Samples()
    let (a, b) = (samples.matrix(2, 3), samples.matrix(2, 2))
    let adapter = try superTuning([
      "supertuning_values": differences,
      "supertuning_indices": Tensor(shape: [2], values: [4, 0]),
      "supertuning_lora_A.weight": Tensor(a), "supertuning_lora_B.weight": Tensor(b),
    ])
    let sparse = Matrix(rows: 2, columns: 3, values: [20, 0, 0, 0, 10, 0])
    let expected = sparse + 3 * (b * a)
    #expect((try adapter.dense(base) - expected).frobeniusNorm() <= rounding(expected))
    #expect(!adapter.needsBase)
  }

  @Test func `a position outside the weight, and more than its entries, are refused`() throws {
    let outside = try superTuning([
      "supertuning_values": differences,
      "supertuning_indices": Tensor(shape: [2], values: [6, 0]),
    ])
    let error = AdapterError.position(
      module: "layers.0.q_proj", parameter: "supertuning_indices", value: 6, count: 6)
    #expect(throws: error) { try outside.dense(base) }
    #expect(
      error.description
        == "tensor 'layers.0.q_proj.supertuning_indices' holds 6.0, which is no position among 6")
    let many = try superTuning(["supertuning_values": Tensor(zero: 7)])
    #expect(throws: AdapterError.self) { try many.dense(base) }
  }
}
