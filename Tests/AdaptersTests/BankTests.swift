import Adapters
import LinearAlgebra
import Testing

@Suite("VB-LoRA, Uni-LoRA and TinyLoRA") struct BankTests {
  private func vbLoRA(_ tensors: [String: Tensor], count: Int = 2) throws -> SavedVBLoRA {
    try SavedVBLoRA(
      parameters: tensors, settings: Samples.settings("VBLORA") { $0.vbLoRA.summandCount = count })
  }

  @Test func `saved weights and the logits they come from give the same update`() throws {
    var samples = Samples()
    // Logits of −100 have no weight.
    let bank = samples.tensor(3, 2)
    let logits = try vbLoRA([
      "vblora_vector_bank": bank,
      "vblora_logits_A": Tensor(shape: [1, 2, 3], values: [-100, 0, 0, 0, -100, 0]),
      "vblora_logits_B": Tensor(shape: [1, 1, 3], values: [0, 0, -100]),
    ])
    let saved = try vbLoRA([
      "vblora_vector_bank": bank,
      "vblora_logits_A_topk_indices": Tensor(shape: [1, 2, 2], values: [1, 2, 2, 0]),
      "vblora_logits_A_topk_weights": Tensor(shape: [1, 2, 1], values: [0.5, 0.5]),
      "vblora_logits_B_topk_indices": Tensor(shape: [1, 1, 2], values: [1, 0]),
      "vblora_logits_B_topk_weights": Tensor(shape: [1, 1, 1], values: [0.5]),
    ])
    let base = samples.matrix(2, 4)
    let update = try logits.dense(base)
    #expect((try saved.dense(base) - update).frobeniusNorm() <= rounding(update))
    let column = (bank.matrix.rowSlice(0..<1) + bank.matrix.rowSlice(1..<2)).transposed()
    let first = bank.matrix.rowSlice(1..<2) + bank.matrix.rowSlice(2..<3)
    let second = bank.matrix.rowSlice(0..<1) + bank.matrix.rowSlice(2..<3)
    let expected = 0.25 * (column * Matrix.stackedColumns([first, second]))
    #expect((update - expected).frobeniusNorm() <= rounding(expected))
  }

  @Test func `VB-LoRA refuses places outside the bank and factors of two ranks`() throws {
    var samples = Samples()
    let good = [
      "vblora_vector_bank": samples.tensor(3, 2), "vblora_logits_A": samples.tensor(2, 2, 3),
      "vblora_logits_B": samples.tensor(4, 2, 3),
    ]
    #expect(try vbLoRA(good).shape == MatrixShape(rows: 8, columns: 4))
    let hostile: [(String, Tensor)] = [
      ("vblora_logits_B", samples.tensor(4, 3, 3)), ("vblora_logits_A", samples.tensor(2, 2, 4)),
      ("vblora_logits_A", samples.tensor(0, 2, 3)), ("vblora_vector_bank", samples.tensor(6)),
      ("vblora_logits_A_topk_indices", Tensor(shape: [2, 2, 1], values: [0, 1, 2, 3])),
      ("vblora_logits_A_topk_indices", Tensor(shape: [2, 2, 0], values: [])),
    ]
    for (name, tensor) in hostile {
      var parameters = good.merging([name: tensor]) { $1 }
      parameters["vblora_logits_A_topk_weights"] = Tensor(shape: [2, 2, 0], values: [])
      #expect(throws: AdapterError.self, "\(name)") { try vbLoRA(parameters) }
    }
    for count in [0, 4] { #expect(throws: AdapterError.self) { try vbLoRA(good, count: count) } }
  }

  @Test func `a bank that would become larger than any weight is refused`() {
    // 2¹² pieces of 2²⁰ entries, from 5 million numbers.
    let parameters = [
      "vblora_vector_bank": Tensor(zero: 1, 1 << 20),
      "vblora_logits_A": Tensor(zero: 1, 1 << 12, 1),
      "vblora_logits_B": Tensor(zero: 1, 1, 1),
    ]
    #expect(throws: AdapterError.expandedSize(module: "layers.0.q_proj")) {
      try vbLoRA(parameters, count: 1)
    }
  }

  private func uniLoRA(_ places: [Double]) throws -> SavedUniLoRA {
    try SavedUniLoRA(
      parameters: [
        "unilora_theta_d": Tensor(shape: [3], values: [1, 10, 100]),
        "unilora_indices_A": Tensor(shape: [1, 3], values: places),
        "unilora_scales_A": Tensor(shape: [1, 3], values: [1, 2, 3]),
        "unilora_indices_B": Tensor(shape: [2, 1], values: [0, 2]),
        "unilora_scales_B": Tensor(shape: [2, 1], values: [1, 0.5]),
      ], settings: Samples.settings("UNILORA"))
  }

  @Test func `Uni-LoRA takes its entries from the vector`() throws {
    let update = try uniLoRA([2, 1, 0]).dense(Matrix(rows: 2, columns: 3))
    #expect(update == Matrix(rows: 2, columns: 3, values: [100, 20, 3, 5000, 1000, 150]))
    #expect(throws: AdapterError.self) { try uniLoRA([3, 1, 0]) }
  }

  private func tinyLoRA(
    number: Int, seed: UInt64 = 42, groups: Int, modules: Int
  ) throws -> SavedTinyLoRA {
    var generator = MersenneTwister(seed: seed + UInt64(number))
    let projections = generator.nextNormals(count: 32, deviation: 0.5)
    var parameters = [
      "tinylora_A": Tensor(.identity(4)), "tinylora_B": Tensor(.identity(4)),
      "tinylora_P": Tensor(shape: [2, 4, 4], values: projections),
    ]
    for group in 0..<groups {
      parameters["tinylora_v.\(group)"] = Tensor(shape: [2], values: [Double(group) + 1, 0])
    }
    var settings = Samples.settings("TINYLORA")
    settings.moduleCount = modules
    return try SavedTinyLoRA(parameters: parameters, settings: settings)
  }

  /// Of 7 modules in 3 groups, the first two groups have 2 modules each.
  @Test(arguments: zip([0, 1, 2, 3, 4, 6], [1.0, 1, 2, 2, 3, 3]))
  func `the projections of TinyLoRA tell the module's group`(number: Int, first: Double) throws {
    var generator = MersenneTwister(seed: 42 + UInt64(number))
    let projection = Matrix(
      rows: 4, columns: 4,
      values: Array(generator.nextNormals(count: 32, deviation: 0.5).prefix(16)))
    let adapter = try tinyLoRA(number: number, groups: 3, modules: 7)
    let update = try adapter.dense(Matrix(rows: 4, columns: 4))
    #expect((update - first * projection).frobeniusNorm() <= rounding(update))
  }

  @Test func `projections of no module are refused, unless there is one group`() throws {
    #expect(throws: AdapterError.groupUnknown(module: "layers.0.q_proj")) {
      try tinyLoRA(number: 7, groups: 3, modules: 7)
    }
    #expect(throws: AdapterError.groupUnknown(module: "layers.0.q_proj")) {
      try tinyLoRA(number: 0, groups: 3, modules: 2)
    }
    #expect(try tinyLoRA(number: 99, groups: 1, modules: 7).resolved.rank == 4)
    #expect(throws: AdapterError.self) { try tinyLoRA(number: 0, groups: 0, modules: 7) }
  }
}
