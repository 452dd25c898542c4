import Adapters
import LinearAlgebra
import Testing

@Suite("DoRA") struct DoRATests {
  /// A module whose factors and base have the shapes of a layout.
  private struct Module {
    let layout: WeightLayout
    let names: (String, String)
    var base: Matrix
    var factors: (Tensor, Tensor)

    init(_ layout: WeightLayout, isEmbedding: Bool) {
      var samples = Samples()
      self.layout = layout
      names =
        isEmbedding
        ? ("lora_embedding_A", "lora_embedding_B") : ("lora_A.weight", "lora_B.weight")
      let hasOutputsInColumns = isEmbedding || layout == .inByOut
      base = samples.matrix(hasOutputsInColumns ? 9 : 7, hasOutputsInColumns ? 7 : 9)
      factors = (samples.tensor(2, 9), samples.tensor(7, 2))
    }

    func parameters(_ magnitudes: [Double]? = nil) -> [String: Tensor] {
      var parameters = [names.0: factors.0, names.1: factors.1]
      if let magnitudes {
        parameters["lora_magnitude_vector"] = Tensor(shape: [7], values: magnitudes)
      }
      return parameters
    }

    var settings: ModuleSettings { Samples.settings(layout: layout) }

    /// The norm of each output feature's weights.
    func norms(_ matrix: Matrix) -> [Double] {
      let byOutput = matrix.columns == 7 ? matrix.transposed() : matrix
      return (0..<7).map { byOutput.rowSlice($0..<$0 + 1).frobeniusNorm() }
    }
  }

  private static let modules: [(WeightLayout, Bool)] = [
    (.outByIn, false), (.inByOut, false), (.outByIn, true),
  ]

  @Test(arguments: modules)
  func `magnitudes equal to the norms of W + sBA leave sBA`(
    layout: WeightLayout, isEmbedding: Bool
  ) throws {
    let module = Module(layout, isEmbedding: isEmbedding)
    let plain = try SavedLoRA(parameters: module.parameters(), settings: module.settings)
      .dense(module.base)
    let magnitudes = module.norms(module.base + plain)
    let update = try SavedDoRA(parameters: module.parameters(magnitudes), settings: module.settings)
      .dense(module.base)
    #expect((update - plain).frobeniusNorm() <= rounding(module.base, plain))
  }

  @Test(arguments: modules)
  func
    `norms that were rounded to Float32 beside a B of zeros are no update, a step of them is one`(
      layout: WeightLayout, isEmbedding: Bool
    ) throws
  {
    var module = Module(layout, isEmbedding: isEmbedding)
    module.factors.1 = Tensor(zero: 7, 2)
    func update(times factor: Double) throws -> Double {
      let magnitudes = module.norms(module.base).map { Double(Float($0)) * factor }
      return try SavedDoRA(parameters: module.parameters(magnitudes), settings: module.settings)
        .dense(module.base).frobeniusNorm()
    }
    #expect(try update(times: 1) == 0)
    #expect(try update(times: 1 + 1e-6) > 0)
  }

  @Test(arguments: modules)
  func `the adapted features have the norms that the magnitudes say`(
    layout: WeightLayout, isEmbedding: Bool
  ) throws {
    let module = Module(layout, isEmbedding: isEmbedding)
    let magnitudes = (1...7).map(Double.init)
    let update = try SavedDoRA(parameters: module.parameters(magnitudes), settings: module.settings)
      .dense(module.base)
    for (norm, magnitude) in zip(module.norms(module.base + update), magnitudes) {
      #expect(abs(norm - magnitude) <= 16 * Double.ulpOfOne * magnitude)
    }
  }

  @Test(arguments: modules, [1e-200, 1e155, 1e300])
  func `so do those whose squares leave the range of numbers`(
    module: (layout: WeightLayout, isEmbedding: Bool), size: Double
  ) throws {
    var module = Module(module.layout, isEmbedding: module.isEmbedding)
    module.base = min(1, size) * module.base
    let first = module.factors.0
    module.factors.0 = Tensor(shape: first.shape, values: first.values.map { $0 * size })
    let magnitudes = (1...7).map(Double.init)
    let update = try SavedDoRA(parameters: module.parameters(magnitudes), settings: module.settings)
      .dense(module.base)
    for (norm, magnitude) in zip(module.norms(module.base + update), magnitudes) {
      #expect(abs(norm - magnitude) <= 16 * Double.ulpOfOne * magnitude)
    }
  }

  @Test func `a zero B and the norms of W give a zero update`() throws {
    var samples = Samples()
    let w = samples.matrix(7, 9)
    let norms = (0..<7).map { w.rowSlice($0..<$0 + 1).frobeniusNorm() }
    let adapter = try SavedDoRA(
      parameters: [
        "lora_A.weight": samples.tensor(2, 9), "lora_B.weight": Tensor(zero: 7, 2),
        "lora_magnitude_vector": Tensor(shape: [7], values: norms),
      ], settings: Samples.settings())
    #expect(try adapter.dense(w).frobeniusNorm() <= rounding(w))
    #expect(try adapter.magnitudeDeviation(of: DenseBaseWeight(w)) <= 16 * Double.ulpOfOne)
  }

  @Test(arguments: [7, 10])
  func `magnitudes that 16 bits rounded beside a zero B are no update, and moved ones are`(
    bits: Int
  ) throws {
    var samples = Samples()
    let w = samples.matrix(7, 9)
    let norms = (0..<7).map { w.rowSlice($0..<$0 + 1).frobeniusNorm().rounded(toBits: bits) }
    func update(_ norms: [Double]) throws -> Double {
      try SavedDoRA(
        parameters: [
          "lora_A.weight": samples.tensor(2, 9), "lora_B.weight": Tensor(zero: 7, 2),
          "lora_magnitude_vector": Tensor(shape: [7], values: norms),
        ], settings: Samples.settings()
      ).dense(w).frobeniusNorm()
    }
    #expect(try update(norms) == 0)
    var moved = norms
    moved[3] =
      norms[3].rounded(toBits: bits)
      * (1 + 4 * Double(sign: .plus, exponent: -bits, significand: 1))
    #expect(try update(moved.map { $0.rounded(toBits: bits) }) > 0)
  }

  @Test func `the magnitude decides which of two LoRA methods a module has`() throws {
    let settings = Samples.settings()
    let names: Set = ["lora_A.weight", "lora_B.weight"]
    #expect(
      try AdapterRegistry.method(describing: names, settings: settings).method == "lora")
    #expect(
      try AdapterRegistry.method(
        describing: names.union(["lora_magnitude_vector"]), settings: settings
      ).method == "dora")
  }

  @Test func `a feature of norm zero is refused`() throws {
    let w = Matrix(rows: 2, columns: 2, values: [1, 2, 0, 0])
    let adapter = try SavedDoRA(
      parameters: [
        "lora_A.weight": Tensor(zero: 1, 2), "lora_B.weight": Tensor(zero: 2, 1),
        "lora_magnitude_vector": Tensor(shape: [2], values: [1, 1]),
      ], settings: Samples.settings(rank: 1))
    let error = AdapterError.zeroNorm(module: "layers.0.q_proj", index: 1)
    #expect(throws: error) { try adapter.dense(w) }
    #expect(
      error.description
        == "output feature 1 of 'layers.0.q_proj' has norm 0, which DoRA divides by")
  }

  @Test func `a base is needed`() throws {
    let module = Module(.outByIn, isEmbedding: false)
    let adapter = try SavedDoRA(
      parameters: module.parameters(Array(repeating: 1, count: 7)), settings: module.settings)
    let error = AdapterError.baseNeeded(module: "layers.0.q_proj", method: "dora")
    #expect(throws: error) { try adapter.weightUpdate(of: AbsentBase(for: adapter)) }
    #expect(
      error.description
        == "the update of 'layers.0.q_proj' by 'dora' depends on the base weight:"
        + " give the base with --base")
  }
}
