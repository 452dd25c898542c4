import Adapters
import LinearAlgebra
import Testing

@Suite("LoRA") struct LoRATests {
  @Test func `the update is alpha over r times B times A, and stays factored`() throws {
    var samples = Samples()
    let (a, b, w) = (samples.matrix(2, 9), samples.matrix(7, 2), samples.matrix(7, 9))
    let adapter = try SavedLoRA(
      parameters: ["lora_A.weight": Tensor(a), "lora_B.weight": Tensor(b)],
      settings: Samples.settings())
    #expect(adapter.shape == MatrixShape(rows: 7, columns: 9))
    let expected = 2 * (b * a)
    #expect((try adapter.dense(w) - expected).frobeniusNorm() <= rounding(expected))
    #expect(try adapter.weightUpdate(of: DenseBaseWeight(w)).isFactored)
  }

  @Test func `a zero B gives a zero update`() throws {
    var samples = Samples()
    let adapter = try SavedLoRA(
      parameters: ["lora_A.weight": samples.tensor(2, 9), "lora_B.weight": Tensor(zero: 7, 2)],
      settings: Samples.settings())
    #expect(try adapter.dense(samples.matrix(7, 9)).frobeniusNorm() == 0)
  }

  @Test(arguments: [(false, 4.0 / 4), (true, 4.0 / 2)])
  func `the scale is alpha over r, or over its root`(isStabilized: Bool, scale: Double) throws {
    var samples = Samples()
    let adapter = try SavedLoRA(
      parameters: ["lora_A.weight": samples.tensor(4, 9), "lora_B.weight": samples.tensor(7, 4)],
      settings: Samples.settings(rank: 4) { $0.usesRankStabilizedScaling = isStabilized })
    #expect(
      adapter.resolved
        == ResolvedModule(
          module: "layers.0.q_proj", method: "lora", rank: 4, alpha: 4, scale: scale))
  }

  @Test func `the rank is that of the tensors`() throws {
    var samples = Samples()
    let adapter = try SavedLoRA(
      parameters: ["lora_A.weight": samples.tensor(4, 9), "lora_B.weight": samples.tensor(7, 4)],
      settings: Samples.settings(rank: 2))
    #expect(adapter.resolved.rank == 4 && adapter.resolved.scale == 1)
  }

  @Test func `a weight stored in × out gets the transposed update`() throws {
    var samples = Samples()
    let parameters = [
      "lora_A.weight": samples.tensor(2, 9), "lora_B.weight": samples.tensor(7, 2),
    ]
    let plain = try SavedLoRA(parameters: parameters, settings: Samples.settings())
    let stored = try SavedLoRA(parameters: parameters, settings: Samples.settings(layout: .inByOut))
    let w = samples.matrix(7, 9)
    let expected = try plain.dense(w).transposed()
    let update = try stored.dense(w.transposed())
    #expect((update - expected).frobeniusNorm() <= rounding(expected))
  }

  @Test func `an embedding gets the transposed product`() throws {
    var samples = Samples()
    let (a, b) = (samples.matrix(2, 11), samples.matrix(5, 2))
    let adapter = try SavedLoRA(
      parameters: ["lora_embedding_A": Tensor(a), "lora_embedding_B": Tensor(b)],
      settings: Samples.settings())
    let expected = (2 * (b * a)).transposed()
    let update = try adapter.dense(samples.matrix(11, 5))
    #expect((update - expected).frobeniusNorm() <= rounding(expected))
  }

  @Test func `a convolution is a matrix of out by in times kernel`() throws {
    var samples = Samples()
    let (a, b) = (samples.tensor(2, 3, 2, 2), samples.tensor(5, 2, 1, 1))
    let adapter = try SavedLoRA(
      parameters: ["lora_A.weight": a, "lora_B.weight": b], settings: Samples.settings())
    let expected = 2 * (b.matrix * a.matrix)
    let update = try adapter.dense(samples.matrix(5, 12))
    #expect((update - expected).frobeniusNorm() <= rounding(expected))
  }

  @Test func `a bias of B is added, scaled`() throws {
    var samples = Samples()
    let adapter = try SavedLoRA(
      parameters: [
        "lora_A.weight": samples.tensor(2, 3), "lora_B.weight": samples.tensor(2, 2),
        "lora_B.bias": Tensor(shape: [2], values: [1, -3]),
      ], settings: Samples.settings())
    #expect(adapter.biasChange == .addition([2, -6]))
    #expect(adapter.biasChange?.change(of: [10, 10]) == [2, -6])
  }

  @Test func `an alpha of zero is refused`() throws {
    var samples = Samples()
    let parameters = [
      "lora_A.weight": samples.tensor(2, 9), "lora_B.weight": samples.tensor(7, 2),
    ]
    #expect(throws: AdapterError.zeroAlpha(module: "layers.0.q_proj")) {
      try SavedLoRA(parameters: parameters, settings: Samples.settings(alpha: 0))
    }
    #expect(
      AdapterError.zeroAlpha(module: "m").description
        == "lora_alpha of 'm' is 0, which makes every update zero: give the true value with --alpha"
    )
  }

  @Test func `factors of two ranks are refused`() throws {
    var samples = Samples()
    let parameters = [
      "lora_A.weight": samples.tensor(2, 9), "lora_B.weight": samples.tensor(7, 3),
    ]
    let error = AdapterError.parameterShape(
      module: "layers.0.q_proj", parameter: "lora_B.weight", found: [7, 3], expected: [nil, 2])
    #expect(throws: error) { try SavedLoRA(parameters: parameters, settings: Samples.settings()) }
    #expect(
      error.description
        == "tensor 'layers.0.q_proj.lora_B.weight' has shape 7×3, expected *×2")
  }

  @Test func `a missing factor is named, with those that are there`() throws {
    var samples = Samples()
    let parameters = ["lora_A.weight": samples.tensor(2, 9)]
    let error = AdapterError.missingParameter(
      module: "layers.0.q_proj", parameter: "lora_B.weight", present: ["lora_A.weight"])
    #expect(throws: error) { try SavedLoRA(parameters: parameters, settings: Samples.settings()) }
    #expect(
      error.description == "module 'layers.0.q_proj' has no 'lora_B.weight', only 'lora_A.weight'")
  }

  @Test func `a base of another shape is refused`() throws {
    var samples = Samples()
    let adapter = try SavedLoRA(
      parameters: ["lora_A.weight": samples.tensor(2, 9), "lora_B.weight": samples.tensor(7, 2)],
      settings: Samples.settings())
    let error = AdapterError.baseShape(
      module: "layers.0.q_proj", update: MatrixShape(rows: 7, columns: 9),
      base: MatrixShape(rows: 8, columns: 9))
    let other = samples.matrix(8, 9)
    #expect(throws: error) { try adapter.dense(other) }
    #expect(
      error.description
        == "the update of 'layers.0.q_proj' is 7×9, its base weight 8×9:"
        + " the adapter belongs to another base")
  }

  @Test func `no base is needed`() throws {
    var samples = Samples()
    let adapter = try SavedLoRA(
      parameters: ["lora_A.weight": samples.tensor(2, 9), "lora_B.weight": samples.tensor(7, 2)],
      settings: Samples.settings())
    #expect(try adapter.weightUpdate(of: AbsentBase(for: adapter)).isFactored)
  }
}
