import Adapters
import LinearAlgebra
import Testing

/// A rotation of inputs or outputs changes no singular value of the weight.
@Suite("Rotations of a weight") struct RotationTests {
  private static let base = StructuredSample.base()

  private static let rotations = [
    StructuredSample(
      peftType: "OFT", options: #"{"use_cayley_neumann": false}"#,
      shapes: ["oft_R.weight": [3, 6]]),
    StructuredSample(
      peftType: "OFT", options: #"{"use_cayley_neumann": false, "block_share": true}"#,
      shapes: ["oft_R.weight": [1, 15]]),
    StructuredSample(peftType: "BOFT", shapes: ["boft_R": [1, 3, 4, 4], "boft_s": [8, 1]]),
    StructuredSample(peftType: "BOFT", shapes: ["boft_R": [2, 6, 2, 2], "boft_s": [1, 8]]),
    StructuredSample(peftType: "HRA", shapes: ["hra_u": [12, 5]]),
    StructuredSample(
      peftType: "HRA", options: #"{"apply_GS": true}"#, shapes: ["hra_u": [12, 5]]),
    StructuredSample(
      peftType: "ROAD", options: #"{"group_size": 8}"#,
      shapes: ["road_theta": [4], "road_alpha": [4]]),
  ]

  @Test(arguments: rotations)
  func `the singular values of the base stay`(_ sample: StructuredSample) throws {
    var parameters = sample.parameters()
    for name in ["boft_s", "road_alpha"] {
      guard let factors = parameters[name] else { continue }
      parameters[name] = Tensor(
        shape: factors.shape, values: factors.values.map { _ in 1 })
    }
    let update = try sample.adapter(parameters).dense(Self.base)
    #expect(update.frobeniusNorm() > 0.1 * Self.base.frobeniusNorm())
    let before = try Self.base.singularValues()
    let after = try (Self.base + update).singularValues()
    for (one, other) in zip(before, after) {
      #expect(abs(one - other) <= rounding(Self.base))
    }
  }

  @Test func `pairs of equal reflections are no change`() throws {
    var samples = Samples()
    let (u, v) = (samples.matrix(12, 1), samples.matrix(12, 1))
    let adapter = try StructuredSample(peftType: "HRA", shapes: [:])
      .adapter(["hra_u": Tensor(.stackedColumns([u, u, v, v]))])
    #expect(try adapter.dense(Self.base).frobeniusNorm() <= rounding(Self.base))
  }

  @Test func `vectors that cannot be made orthonormal are refused`() throws {
    var samples = Samples()
    let u = samples.matrix(12, 1)
    let sample = StructuredSample(
      peftType: "HRA", options: #"{"apply_GS": true}"#, shapes: [:])
    let dependent = AdapterError.undefinedUpdate(
      module: StructuredSample.module, reason: "column 1 of 'hra_u' depends on those before it")
    #expect(throws: dependent) {
      try sample.adapter(["hra_u": Tensor(.stackedColumns([u, 3 * u]))])
    }
    let zero = AdapterError.undefinedUpdate(
      module: StructuredSample.module,
      reason: "column 0 of 'hra_u' is zero, which is divided by its norm")
    #expect(throws: zero) { try sample.adapter(["hra_u": Tensor(zero: 12, 2)]) }
  }

  /// PEFT changed the weight of the last term in 0.18; adapters of earlier versions were trained with the former one.
  @Test(arguments: [
    (#"{}"#, 2.0), (#"{"peft_version": "0.17.1"}"#, 2), (#"{"peft_version": "0.18.0"}"#, 1),
    (#"{"peft_version": "0.21.2@abc"}"#, 1), (#"{"peft_version": "1.0.0"}"#, 1),
  ])
  func `the series of OFT ends as in the version that wrote it`(
    options: String, last: Double
  ) throws {
    let sample = StructuredSample(peftType: "OFT", options: options, shapes: [:])
    let angle = 0.5
    let skews = Tensor(shape: [6, 1], values: Array(repeating: angle, count: 6))
    let update = try sample.adapter(["oft_R.weight": skews]).dense(.identity(12))
    // Q² = −a²I, so R − I = 2Q − 2a² − 2a²Q + last · a⁴.
    let diagonal = -2 * angle * angle + last * angle * angle * angle * angle
    let above = 2 * angle - 2 * angle * angle * angle
    #expect(abs(update[0, 0] - diagonal) < 1e-15)
    // R acts transposed.
    #expect(abs(update[1, 0] - above) < 1e-15 && abs(update[0, 1] + above) < 1e-15)
  }

  @Test func `RoAd turns the bias as the weight`() throws {
    for sample in StructuredSample.all where sample.peftType == "ROAD" {
      let adapter = try sample.adapter()
      let column = Self.base.columnSlice(0..<1)
      let change = try #require(adapter.biasChange).change(of: column.values)
      #expect(try change == adapter.dense(column).values)
    }
  }

  @Test func `GLoRA shifts the bias by what it takes from the weight`() throws {
    let sample = try #require(StructuredSample.all.first { $0.peftType == "GLORA" })
    let parameters = sample.parameters()
    let values = { (name: String) in parameters[name]?.values ?? [] }
    let adapter = try sample.adapter()
    let bias = (0..<8).map { Double($0) - 3 }
    let found = try adapter.biasChange(of: DenseBaseWeight(Self.base))
    let change = try #require(found)
    let shift = Self.base * Matrix(rows: 12, columns: 1, values: values("glora_C.X"))
    for (index, value) in change.change(of: bias).enumerated() {
      let expected =
        values("glora_D.X")[index] * bias[index] + values("glora_E.X")[0] + shift[index, 0]
      #expect(abs(value - expected) < 1e-13)
    }
  }

  @Test func `paths of GLoRA that are switched off change nothing`() throws {
    let sample = StructuredSample(peftType: "GLORA", shapes: [:])
    let adapter = try sample.adapter([
      "glora_A.zeros": Tensor(zero: 8, 12), "glora_B.zeros": Tensor(zero: 8, 12),
      "glora_C.zeros": Tensor(zero: 12, 1), "glora_D.zeros": Tensor(zero: 8),
      "glora_E.zeros": Tensor(zero: 8),
    ])
    let base = DenseBaseWeight(Self.base)
    guard case .zero(8, 12) = try adapter.weightUpdate(of: base) else {
      Issue.record("an update of paths that are switched off")
      return
    }
    #expect(try adapter.biasChange(of: base) == nil)
  }
}
