import Adapters
import LinearAlgebra
import Testing

@Suite("Further forms of LoRA") struct LoRAFormsTests {
  @Test func `GraLoRA of one block is LoRA`() throws {
    var samples = Samples()
    let (a, b) = (samples.matrix(5, 2), samples.matrix(2, 7))
    let adapter = try SavedGraLoRA(
      parameters: [
        "gralora_A": Tensor(shape: [1, 5, 2], values: a.values),
        "gralora_B": Tensor(shape: [1, 2, 7], values: b.values),
      ], settings: Samples.settings("GRALORA", alpha: 6))
    let expected = 3 * (a * b).transposed()
    #expect(
      (try adapter.dense(samples.matrix(7, 5)) - expected).frobeniusNorm() <= rounding(expected))
  }

  /// Large weights keep the product of thin factors; the blocks of small ones are multiplied out.
  @Test(arguments: [(40, 30), (4, 6)])
  func `each block of GraLoRA is the product of its own parts`(outputs: Int, inputs: Int) throws {
    var samples = Samples()
    let (a, b) = (samples.tensor(2, inputs / 2, 4), samples.tensor(2, 4, outputs / 2))
    let (down, up) = (samples.matrix(1, inputs), samples.matrix(outputs, 1))
    let parameters = [
      "gralora_A": a, "gralora_B": b, "gralora_A_general.weight": Tensor(down),
      "gralora_B_general.weight": Tensor(up),
    ]
    let adapter = try SavedGraLoRA(
      parameters: parameters, settings: Samples.settings("GRALORA", alpha: 10))
    var expected = up * down
    for row in 0..<outputs {
      for column in 0..<inputs {
        let (j, n) = (row / (outputs / 2), column / (inputs / 2))
        for part in 0..<2 {
          let left = a.values[column * 4 + 2 * j + part]
          let right = b.values[(j * 4 + 2 * n + part) * (outputs / 2) + row % (outputs / 2)]
          expected[row, column] += left * right
        }
      }
    }
    let base = DenseBaseWeight(Matrix(rows: outputs, columns: inputs))
    let update = try adapter.weightUpdate(of: base)
    #expect(update.isFactored == (outputs == 40))
    #expect((try update.dense(base: base) - 2 * expected).frobeniusNorm() <= rounding(expected))
    let stored = try SavedGraLoRA(
      parameters: parameters, settings: Samples.settings("GRALORA", alpha: 10, layout: .inByOut))
    let transposed = try stored.dense(Matrix(rows: inputs, columns: outputs)).transposed()
    #expect((transposed - 2 * expected).frobeniusNorm() <= rounding(expected))
  }

  @Test func `GraLoRA's rank must be a multiple of its blocks`() throws {
    var samples = Samples()
    let parameters = ["gralora_A": samples.tensor(2, 3, 3), "gralora_B": samples.tensor(2, 3, 4)]
    #expect(throws: AdapterError.indivisible(module: "layers.0.q_proj", size: 3, block: 2)) {
      try SavedGraLoRA(parameters: parameters, settings: Samples.settings("GRALORA"))
    }
    for shapes in [[0, 3, 2], [2, 3, 0]] {
      let empty = [
        "gralora_A": Tensor(shape: shapes, values: []),
        "gralora_B": Tensor(shape: [shapes[0], shapes[2], 4], values: []),
      ]
      #expect(throws: AdapterError.zeroRank(module: "layers.0.q_proj")) {
        try SavedGraLoRA(parameters: empty, settings: Samples.settings("GRALORA"))
      }
    }
  }

  @Test func `the strength of DeLoRA does not depend on the norms of its factors`() throws {
    var samples = Samples()
    let (a, b) = (samples.matrix(2, 5), samples.matrix(4, 2))
    let norms = Tensor(shape: [5], values: [1, 2, 3, 4, 5])
    func update(_ factor: Double) throws -> Matrix {
      try SavedDeLoRA(
        parameters: [
          "delora_A": Tensor(factor * a), "delora_B": Tensor(b),
          "delora_lambda": Tensor(shape: [1], values: [7]), "delora_w_norm": norms,
        ], settings: Samples.settings("DELORA")
      ).dense(Matrix(rows: 4, columns: 5))
    }
    let plain = try update(1)
    #expect((try update(30) - plain).frobeniusNorm() <= rounding(plain))
    // Norms below 10⁻⁴ count as 10⁻⁴, so that nothing becomes infinite.
    #expect(try update(0).values.allSatisfy { $0 == 0 })
  }

  @Test func `KaSA takes the smallest triplets out of the base`() throws {
    var samples = Samples()
    let (a, b, base) = (samples.matrix(2, 6), samples.matrix(5, 2), samples.matrix(5, 6))
    let adapter = try SavedKaSA(
      parameters: [
        "lora_A.weight": Tensor(a), "lora_B.weight": Tensor(b),
        "lora_diag": Tensor(shape: [2], values: [3, -1]),
      ], settings: Samples.settings())
    let kept = try SingularTriplets(of: base).leading(3).reconstruction()
    let expected = kept + 2 * (b * .diagonal([3, -1]) * a)
    #expect(
      (base + (try adapter.dense(base)) - expected).frobeniusNorm() <= rounding(base, expected))
    #expect(adapter.needsBase)
    #expect(
      try AdapterRegistry.method(
        describing: ["lora_A.weight", "lora_B.weight", "lora_diag"], settings: Samples.settings())
        == SavedKaSA.self)
    let small = samples.matrix(5, 2)
    let narrow = try SavedKaSA(
      parameters: [
        "lora_A.weight": samples.tensor(2, 2), "lora_B.weight": Tensor(b),
        "lora_diag": samples.tensor(2),
      ], settings: Samples.settings())
    #expect(throws: AdapterError.rank(module: "layers.0.q_proj", rank: 2, limit: 1)) {
      try narrow.dense(small)
    }
  }

  private func blockDiagonal(
    _ count: Int, _ tensors: [String: Tensor], target: String = "q_"
  ) throws -> SavedLoRA {
    try SavedLoRA(
      parameters: tensors,
      settings: Samples.settings { configuration in
        var blocks = AdapterConfiguration.BlockDiagonal()
        blocks.count = count
        blocks.outputTargets = [target]
        configuration.blockDiagonal = blocks
      })
  }

  /// PEFT looks for the target anywhere in the name of the module.
  @Test(arguments: ["q_", "layers.0.q_proj", "ayers.0"])
  func `a block-diagonal B is put together from its blocks`(target: String) throws {
    var samples = Samples()
    let (a, blocks) = (samples.matrix(2, 3), samples.matrix(4, 1))
    let adapter = try blockDiagonal(
      2, ["lora_A.weight": Tensor(a), "lora_B.weight": Tensor(blocks)], target: target)
    let b = Matrix(
      rows: 4, columns: 2,
      values: [blocks[0, 0], 0, blocks[1, 0], 0, 0, blocks[2, 0], 0, blocks[3, 0]])
    let expected = 2 * (b * a)
    #expect(
      (try adapter.dense(samples.matrix(4, 3)) - expected).frobeniusNorm() <= rounding(expected))
  }

  @Test(arguments: [0, 3, Int.max]) func `blocks that do not divide B are refused`(
    count: Int
  ) throws {
    var samples = Samples()
    let tensors = ["lora_A.weight": samples.tensor(2, 3), "lora_B.weight": samples.tensor(4, 1)]
    #expect(throws: AdapterError.indivisible(module: "layers.0.q_proj", size: 4, block: count)) {
      try blockDiagonal(count, tensors)
    }
  }

  @Test func `LoRA on a convolution with groups is refused by name`() throws {
    var samples = Samples()
    let tensors = [
      "lora_A.weight": samples.tensor(4, 6, 3), "lora_B.weight": samples.tensor(8, 2, 1),
    ]
    let error = AdapterError.groupedConvolution(module: "layers.0.q_proj", groups: 2)
    #expect(throws: error) { try SavedLoRA(parameters: tensors, settings: Samples.settings()) }
    #expect(error.description.contains("PEFT cannot merge it either"))
  }

  @Test func `BEFT changes a bias and no weight`() throws {
    let adapter = try SavedBEFT(
      parameters: ["beft_bias": Tensor(shape: [1, 2], values: [1, -3])],
      settings: Samples.settings("BEFT"))
    #expect(adapter.biasChange == .addition([1, -3]))
    #expect(!adapter.changesWeight && !adapter.needsBase)
  }
}
