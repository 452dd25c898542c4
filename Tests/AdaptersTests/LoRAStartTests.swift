import Adapters
import LinearAlgebra
import Testing

@Suite("Starts that are not zero") struct LoRAStartTests {
  private static let scale = 2.0

  /// PEFT's first factors of PiSSA.
  private func principalFactors(_ w: Matrix) throws -> [String: Tensor] {
    let triplets = try SingularTriplets(of: w).leading(2)
    let roots = Matrix.diagonal(triplets.values.map { ($0 / Self.scale).squareRoot() })
    return [
      "lora_A.weight": Tensor(roots * triplets.right),
      "lora_B.weight": Tensor(triplets.left * roots),
    ]
  }

  @Test(arguments: [(7, 9), (9, 7), (8, 8)])
  func `the first factors of PiSSA make no update`(rows: Int, columns: Int) throws {
    var samples = Samples()
    let w = samples.matrix(rows, columns)
    let adapter = try SavedLoRA(
      parameters: principalFactors(w), settings: Samples.settings(start: .repeated(PiSSAStart())))
    #expect(try adapter.dense(w).frobeniusNorm() <= rounding(w))
  }

  @Test func `PiSSA does not depend on how the weight is stored`() throws {
    var samples = Samples()
    let w = samples.matrix(7, 9)
    let adapter = try SavedLoRA(
      parameters: principalFactors(w),
      settings: Samples.settings(layout: .inByOut, start: .repeated(PiSSAStart())))
    #expect(try adapter.dense(w.transposed()).frobeniusNorm() <= rounding(w))
  }

  @Test func `the first factors of OLoRA, which ignore the scale, make no update`() throws {
    var samples = Samples()
    let w = samples.matrix(7, 9)
    let factors = try QRFactors(of: w)
    let adapter = try SavedLoRA(
      parameters: [
        "lora_A.weight": Tensor(factors.r.rowSlice(0..<2)),
        "lora_B.weight": Tensor(factors.q.columnSlice(0..<2)),
      ], settings: Samples.settings(start: .repeated(OLoRAStart())))
    #expect(try adapter.dense(w).frobeniusNorm() <= rounding(w))
  }

  /// A weight with two singular values so close that rounding turns their directions, as Float32 sees it.
  private func closeGap(_ samples: inout Samples) throws -> (exact: Matrix, rounded: Matrix) {
    let triplets = try SingularTriplets(of: samples.matrix(30, 40))
    var values = triplets.values
    values[2] = values[1] * (1 - 1e-4)
    let w = triplets.left * Matrix.diagonal(values) * triplets.right
    let noise = samples.matrix(30, 40)
    return (w, w + (4 * 0x1p-24 * values[0] / noise.frobeniusNorm()) * noise)
  }

  @Test func `rounding of the training that computed PiSSA is no update, at any gap`() throws {
    var samples = Samples()
    let (w, rounded) = try closeGap(&samples)
    let first = try principalFactors(rounded)
    let settings = Samples.settings(start: .repeated(PiSSAStart()))
    let plain = Samples.settings()
    // Without the start taken out, the two products differ by much more than rounding.
    let difference = try
      (SavedLoRA(parameters: first, settings: plain).dense(w)
      - SavedLoRA(parameters: principalFactors(w), settings: plain).dense(w)).frobeniusNorm()
    #expect(difference > 100 * 0x1p-24 * w.frobeniusNorm())
    #expect(try SavedLoRA(parameters: first, settings: settings).dense(w).frobeniusNorm() == 0)
  }

  @Test(arguments: ["lora_A.weight", "lora_B.weight"])
  func `the smallest step of one factor of PiSSA is an update`(moved: String) throws {
    var samples = Samples()
    let (w, rounded) = try closeGap(&samples)
    var factors = try principalFactors(rounded)
    let step = samples.tensor(factors[moved]!.shape[0], factors[moved]!.shape[1])
    factors[moved] = Tensor(
      factors[moved]!.matrix
        + Matrix(
          rows: step.shape[0], columns: step.shape[1],
          values: step.values.map { $0 < 0 ? -1e-5 : 1e-5 }))
    let adapter = try SavedLoRA(
      parameters: factors, settings: Samples.settings(start: .repeated(PiSSAStart())))
    #expect(try adapter.dense(w).frobeniusNorm() > 0)
  }

  /// The first factors of a start as training in 16 bits holds them.
  private func rounded(_ factors: [String: Tensor], bits: Int) -> [String: Tensor] {
    factors.mapValues { tensor in
      Tensor(shape: tensor.shape, values: tensor.values.map { $0.rounded(toBits: bits) })
    }
  }

  private static func settings(_ start: any RepeatableStart) -> ModuleSettings {
    Samples.settings(start: .repeated(start))
  }

  @Test(arguments: [7, 10])
  func `a start that 16 bits rounded is no update, whatever the scale`(bits: Int) throws {
    var samples = Samples()
    let w = samples.matrix(30, 40)
    let principal = rounded(try principalFactors(w), bits: bits)
    let factors = try QRFactors(of: w)
    let leading = rounded(
      [
        "lora_A.weight": Tensor(factors.r.rowSlice(0..<2)),
        "lora_B.weight": Tensor(factors.q.columnSlice(0..<2)),
      ], bits: bits)
    for (start, found) in [
      (PiSSAStart() as any RepeatableStart, principal), (OLoRAStart(), leading),
    ] {
      // Without the start taken out, the product differs from it by the rounding.
      let adapter = try SavedLoRA(parameters: found, settings: Self.settings(start))
      #expect(try adapter.dense(w).frobeniusNorm() == 0, "\(type(of: start))")
      for name in ["lora_A.weight", "lora_B.weight"] {
        var moved = found
        // Three units in the last place of a typical entry.
        let size =
          3 * found[name]!.matrix.frobeniusNorm() / Double(found[name]!.values.count).squareRoot()
        let step = size * Double(sign: .plus, exponent: -bits, significand: 1)
        moved[name] = Tensor(
          shape: found[name]!.shape,
          values: found[name]!.values.enumerated().map {
            ($1 + ($0 % 3 == 0 ? step : -step)).rounded(toBits: bits)
          })
        let trained = try SavedLoRA(parameters: moved, settings: Self.settings(start))
        #expect(try trained.dense(w).frobeniusNorm() > 0, "\(type(of: start)), \(name)")
      }
    }
  }

  @Test
  func `a start that was subtracted from itself is zero, and what moved beside it is left alone`()
    throws
  {
    var samples = Samples()
    let (a, b) = (samples.matrix(3, 9), samples.matrix(7, 3))
    func update(_ trained: (a: Matrix, b: Matrix)) throws -> WeightUpdate {
      try SavedLoRA(
        parameters: [
          "lora_A.weight": Tensor(.stackedRows([trained.a, a])),
          "lora_B.weight": Tensor(.stackedColumns([trained.b, -1 * b])),
        ], settings: Samples.settings(rank: 6, alpha: 6)
      ).weightUpdate(of: DenseBaseWeight(samples.matrix(7, 9)))
    }
    guard case .zero = try update((a, b)) else {
      Issue.record("the difference of equal products is not zero")
      return
    }
    // The second row moved.
    var moved = a
    for column in 0..<9 { moved[1, column] += 0.5 }
    let expected = b.columnSlice(1..<2)
    let found = try update((moved, b))
    guard case .factored(let output, let input) = found else {
      Issue.record("\(found)")
      return
    }
    #expect(output.columns == 2 && input.rows == 2)
    let difference =
      output * input - 0.5 * expected
      * Matrix(rows: 1, columns: 9, values: Array(repeating: 1, count: 9))
    #expect(difference.frobeniusNorm() <= rounding(expected))
  }

  @Test func `OLoRA is refused for a weight stored in × out`() throws {
    var samples = Samples()
    let adapter = try SavedLoRA(
      parameters: ["lora_A.weight": samples.tensor(2, 7), "lora_B.weight": samples.tensor(9, 2)],
      settings: Samples.settings(layout: .inByOut, start: .repeated(OLoRAStart())))
    let error = AdapterError.startNeedsOutByIn(module: "layers.0.q_proj", start: "olora")
    let w = samples.matrix(7, 9)
    #expect(throws: error) { try adapter.dense(w) }
    #expect(
      error.description
        == "the start 'olora' of 'layers.0.q_proj' is not defined for a weight stored in × out")
  }

  @Test func `an update with a start is the difference of two products, of rank 2r`() throws {
    var samples = Samples()
    let settings = Samples.settings()
    let trained = ["lora_A.weight": samples.tensor(2, 12), "lora_B.weight": samples.tensor(10, 2)]
    let first = ["lora_A.weight": samples.tensor(2, 12), "lora_B.weight": samples.tensor(10, 2)]
    var started = settings
    started.start = try .recorded(parameters: first, settings: settings)
    let w = samples.matrix(10, 12)
    let adapter = try SavedLoRA(parameters: trained, settings: started)
    let expected =
      try SavedLoRA(parameters: trained, settings: settings).dense(w)
      - SavedLoRA(parameters: first, settings: settings).dense(w)
    #expect((try adapter.dense(w) - expected).frobeniusNorm() <= rounding(expected))
    #expect(try adapter.weightUpdate(of: DenseBaseWeight(w)).isFactored)
  }

  @Test func `a start from the base needs the base`() throws {
    var samples = Samples()
    let adapter = try SavedLoRA(
      parameters: principalFactors(samples.matrix(7, 9)),
      settings: Samples.settings(start: .repeated(PiSSAStart())))
    #expect(throws: AdapterError.baseNeeded(module: "layers.0.q_proj", method: "lora")) {
      try adapter.weightUpdate(of: AbsentBase(for: adapter))
    }
  }

  @Test(arguments: [
    ("pissa", Initialization.pissa, InitialProduct.repeatable),
    ("pissa_niter_4", .pissaIterated(4), .approximable),
    ("olora", .olora, .repeatable), ("OLoRA", .olora, .repeatable),
    ("orthogonal", .orthogonal, .zero), ("eva", .eva, .zero), ("mica", .mica, .zero),
    ("lora_ga", .loraGA, .unrecorded), ("corda", .corda, .unrecorded),
    ("loftq", .loftq, .unrecorded), ("milora", .other("milora"), .unrecorded),
  ])
  func `a name says what is known of the start`(
    name: String, initialization: Initialization, start: InitialProduct
  ) {
    #expect(Initialization(name: name) == initialization)
    #expect(initialization.start == start)
    #expect(Initialization(name: initialization.name) == initialization)
  }
}
