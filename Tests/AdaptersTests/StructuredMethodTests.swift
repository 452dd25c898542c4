import Adapters
import Documents
import LinearAlgebra
import Testing

/// What holds of every orthogonal and structured method. Their numbers are held by UpdatesGoldenTests.
@Suite("Orthogonal and structured methods") struct StructuredMethodTests {
  private static let base = StructuredSample.base()

  @Test(arguments: StructuredSample.all)
  func `the update of a base in × out is that of out × in, transposed`(
    _ sample: StructuredSample
  ) throws {
    let update = try sample.adapter().dense(Self.base)
    let turned = try sample.adapter(layout: .inByOut).dense(Self.base.transposed())
    #expect(update.frobeniusNorm() > 0.01)
    #expect((turned - update.transposed()).frobeniusNorm() <= rounding(Self.base, update))
  }

  @Test(arguments: StructuredSample.all)
  func `a base of another model is refused before it is read`(_ sample: StructuredSample) throws {
    let adapter = try sample.adapter()
    #expect(throws: AdapterError.self) {
      try adapter.check(against: MatrixShape(rows: 2, columns: 2))
    }
    try adapter.check(against: MatrixShape(rows: 8, columns: 12))
    if let shape = adapter.shape { #expect(shape == MatrixShape(rows: 8, columns: 12)) }
  }

  @Test(arguments: StructuredSample.all)
  func `a base that is needed and missing is asked for`(_ sample: StructuredSample) throws {
    let adapter = try sample.adapter()
    guard adapter.needsBase else {
      let alone = try adapter.weightUpdate(of: AbsentBase(for: adapter))
        .dense(base: DenseBaseWeight(Self.base))
      #expect(try alone == adapter.dense(Self.base))
      return
    }
    #expect(
      throws: AdapterError.baseNeeded(
        module: StructuredSample.module, method: adapter.resolved.method)
    ) { try adapter.weightUpdate(of: AbsentBase(for: adapter)) }
  }

  /// No shape may end the program: a file says what it likes.
  @Test(arguments: StructuredSample.all)
  func `tensors of any shape are read or refused`(_ sample: StructuredSample) throws {
    var generator = SplitMix64(seed: 3)
    let sizes = [0, 1, 2, 3, 4, 6, 8, 12]
    for _ in 0..<500 {
      var shapes = sample.shapes
      let name = shapes.keys.sorted()[Int(generator.next() % UInt64(shapes.count))]
      let dimensions = Int(generator.next() % 6)
      shapes[name] =
        generator.next().isMultiple(of: 8)
        ? nil : (0..<dimensions).map { _ in sizes[Int(generator.next() % 8)] }
      do {
        let adapter = try sample.adapter(sample.parameters(shapes))
        let base = DenseBaseWeight(Self.base)
        let update = try adapter.weightUpdate(of: base).dense(base: base)
        #expect(update.rows == 8 && update.columns == 12)
      } catch is AdapterError {
      }
    }
  }

  @Test(arguments: ["LOHA", "HRA", "DEFT", "PSOFT", "OSF", "LOKR", "PEANUT"])
  func `an update of low rank stays factored`(peftType: String) throws {
    let sample = try #require(StructuredSample.all.first { $0.peftType == peftType })
    var shapes = sample.shapes
    if peftType == "LOKR" { shapes["lokr_w1"] = [2, 1] }
    let base = DenseBaseWeight(peftType == "LOKR" ? Self.base.columnSlice(0..<4) : Self.base)
    let adapter = try sample.adapter(sample.parameters(shapes))
    #expect(try adapter.weightUpdate(of: base).isFactored)
  }

  @Test func `thin and wide products of LoHa and LoKr agree`() throws {
    var samples = Samples()
    for rank in [1, 2, 3] {
      let (a, b) = (samples.matrix(8, rank), samples.matrix(rank, 12))
      let (c, d) = (samples.matrix(8, rank), samples.matrix(rank, 12))
      let loHa = try StructuredSample(peftType: "LOHA", shapes: [:]).adapter([
        "hada_w1_a": Tensor(a), "hada_w1_b": Tensor(b), "hada_w2_a": Tensor(c),
        "hada_w2_b": Tensor(d),
      ]).dense(Self.base)
      let expected = (8.0 / Double(rank)) * (a * b).combined(with: c * d, *)
      #expect((loHa - expected).frobeniusNorm() <= rounding(expected))

      let (first, left, right) = (
        samples.matrix(2, 1), samples.matrix(4, rank), samples.matrix(rank, 12)
      )
      let loKr = try StructuredSample(peftType: "LOKR", shapes: [:]).adapter([
        "lokr_w1": Tensor(first), "lokr_w2_a": Tensor(left), "lokr_w2_b": Tensor(right),
      ]).dense(Self.base)
      let second = (8.0 / Double(rank)) * (left * right)
      let stacked = Matrix.stackedRows([first[0, 0] * second, first[1, 0] * second])
      #expect((loKr - stacked).frobeniusNorm() <= rounding(stacked))
    }
  }

  @Test func `a kernel of C3A gives circulant blocks`() throws {
    let sample = try #require(StructuredSample.all.first { $0.peftType == "C3A" })
    let update = try sample.adapter().dense(Self.base)
    let kernel = try #require(sample.parameters()["c3a_kernel"]).values
    for row in 0..<8 {
      for column in 0..<12 {
        let block = row / 4 * 3 + column / 4
        let expected = kernel[block * 4 + (column - row + 12) % 4] / 12
        #expect(abs(update[row, column] - expected) <= Double.ulpOfOne * abs(expected))
      }
    }
  }

  @Test func `small tensors that stand for a huge update are refused`() throws {
    let long = Tensor(shape: [70_000, 1], values: Array(repeating: 1, count: 70_000))
    let sample = StructuredSample(peftType: "LOKR", shapes: [:])
    #expect(
      throws: AdapterError.updateTooLarge(module: StructuredSample.module, parameter: "lokr_w1")
    ) { try sample.adapter(["lokr_w1": long, "lokr_w2": long]) }
    let kernel = Tensor(shape: [1, 1, 70_000], values: long.values)
    let adapter = try StructuredSample(peftType: "C3A", shapes: [:]).adapter(["c3a_kernel": kernel])
    #expect(throws: AdapterError.baseNeeded(module: StructuredSample.module, method: "c3a")) {
      try adapter.weightUpdate(of: AbsentBase(for: adapter))
    }
  }

  @Test func `options that keep the update from being exact are refused with the reason`() throws {
    let cases = [
      ("PSOFT", #"{"psoft_svd": "lowrank"}"#, "'psoft_svd' other than 'full'", "random method"),
      ("FROD", "{}", "'save_projection' off", "whose signs the file does not hold"),
      ("OFT", "{}", "'oft_r'", "PEFT before 0.16"),
    ]
    for (type, options, option, reason) in cases {
      var shapes = try #require(StructuredSample.all.first { $0.peftType == type }).shapes
      shapes["frod_V.self_attn_q_proj"] = nil
      if type == "OFT" { shapes = ["oft_r": [3, 4, 4]] }
      let sample = StructuredSample(peftType: type, options: options, shapes: shapes)
      let error = try #require(throws: AdapterError.self) { try sample.adapter() }
      #expect(error.description.contains(option) && error.description.contains(reason))
      #expect(error.description.contains("type '\(type)'"))
    }
  }

  @Test func `options of another kind or range are refused by name`() throws {
    let cases = [
      ("ROAD", #"{"variant": "road_3"}"#, "variant", "'road_3'"),
      ("ROAD", #"{"group_size": 3}"#, "group_size", "3"),
      ("DEFT", #"{"decomposition_method": "svd"}"#, "decomposition_method", "'svd'"),
      ("PEANUT", #"{"act_fn": "xielu"}"#, "act_fn", "'xielu'"),
      ("OFT", #"{"num_cayley_neumann_terms": 100000000}"#, "num_cayley_neumann_terms", "100000000"),
      ("OFT", #"{"coft": 1}"#, "coft", "a number"),
    ]
    for (type, options, key, found) in cases {
      let known = try #require(StructuredSample.all.first { $0.peftType == type })
      let sample = StructuredSample(peftType: type, options: options, shapes: known.shapes)
      let error = try #require(throws: AdapterError.self) { try sample.adapter() }
      guard case .field(key, _, found) = error else {
        Issue.record("\(error)")
        continue
      }
    }
  }

  @Test func `the kind of a module is that of PEFT's names`() throws {
    let kinds = [
      "encoder.layer.0.attention.self.query": "self_query",
      "model.layers.3.self_attn.q_proj": "self_attn_q_proj",
      "encoder.layer.0.attention.output.dense": "attention_output",
      "encoder.layer.0.output.dense": "output_dense", "score": "score", "blocks.7": "blocks_7",
      "blocks.7.linear": "linear",
    ]
    for (module, kind) in kinds {
      #expect(SavedFRoD.shares("frod_V.\(kind)", with: module), "\(module)")
      #expect(!SavedFRoD.shares("frod_V.other", with: module))
    }
    #expect(SavedFRoD.shares("frod_s_size.any", with: nil))
    #expect(!SavedFRoD.shares("frod_lambda_l", with: nil))
  }
}
