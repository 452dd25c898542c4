import Adapters
import LinearAlgebra
import Testing

@Suite("Training: choices") struct TrainingChoiceTests {
  private func module(_ rows: Int, _ columns: Int) -> AdaptedModule {
    AdaptedModule(
      name: "m", shape: MatrixShape(rows: rows, columns: columns), hasBias: false,
      isFeedForwardOutput: false)
  }

  @Test func `no key stands for two things`() {
    #expect(Set(AdapterChoice.keys).count == AdapterChoice.keys.count)
  }

  @Test(arguments: AdapterChoice.keys)
  func `every key is resolved, and the name leads back`(key: String) throws {
    let choice = try AdapterChoice(parsing: key)
    #expect((choice.start == nil) == !choice.method.takesStart)
    #expect(choice.name == (key == "kaiming" ? "lora" : key))
  }

  @Test func `the key of a start is LoRA with it`() throws {
    let choice = try AdapterChoice(parsing: "pissa", start: nil)
    #expect(choice.method.key == "lora" && choice.start?.key == "pissa")
    #expect(try AdapterChoice(parsing: "dora", start: "milora").name == "dora+milora")
  }

  @Test(arguments: [("lra", "lora"), ("pisa", "pissa"), ("lora_ga", "lora-ga"), ("mi", "miss")])
  func `an unknown key names those that look like it`(key: String, meant: String) {
    do throws(AdapterError) {
      _ = try AdapterChoice(parsing: key)
      Issue.record("'\(key)' was resolved")
    } catch {
      #expect(error.description.contains("no adapter '\(key)', did you mean"))
      #expect(error.description.contains("'\(meant)'"))
    }
  }

  @Test func `a key like no other is unknown, and the lists are named`() {
    let error = AdapterError.unknownKey("quantum", near: [])
    #expect(throws: error) { try AdapterChoice(parsing: "quantum") }
    #expect(error.description.hasPrefix("there is no adapter 'quantum'; 'sigmascope list methods'"))
    #expect(error.isUnknownName && !AdapterError.twoStarts("a", "b").isUnknownName)
  }

  @Test func `a start is refused where it means nothing`() {
    #expect(throws: AdapterError.startNotTaken(method: "vera", start: "pissa")) {
      try AdapterChoice(parsing: "vera", start: "pissa")
    }
    #expect(throws: AdapterError.twoStarts("pissa", "milora")) {
      try AdapterChoice(parsing: "pissa", start: "milora")
    }
  }

  @Test(arguments: AdapterRegistry.trainable.filter { $0.targets == .linear }.map { $0.key })
  func `rank 0 and a rank above the shape are refused by every method that has one`(
    key: String
  ) throws {
    guard key != "ia3" else { return }
    let method = try AdapterRegistry.trainable(key: key)
    for rank in [0, -1, 100] {
      #expect(throws: AdapterError.self) {
        try method.init(module: module(8, 8), options: AdapterOptions(rank: rank))
      }
    }
  }

  @Test(arguments: [0.0, -1, .infinity, .nan])
  func `an alpha that is no positive number is refused`(alpha: Double) {
    #expect(throws: AdapterError.self) {
      try TrainableLoRA(module: module(8, 8), options: AdapterOptions(rank: 2, alpha: alpha))
    }
  }

  @Test func `an odd rank cannot start orthogonally`() {
    #expect(
      throws: AdapterError.oddRank(module: "m", rank: 3, start: "orthogonal")
    ) {
      try TrainableLoRA(
        module: module(8, 8), options: AdapterOptions(rank: 3, start: "orthogonal"))
    }
  }

  @Test(arguments: [(8, 9, 9), (9, 8, 9)])
  func `BAT asks that the rank divide both sizes`(rows: Int, columns: Int, fault: Int) {
    let error = AdapterError.rankDoesNotDivide(module: "m", size: fault, rank: 4)
    #expect(throws: error) {
      try TrainableBAT(module: module(rows, columns), options: AdapterOptions(rank: 4))
    }
    #expect(error.description == "the 9 features of 'm' are no multiple of the rank 4")
  }

  @Test func `LoRA-GA needs twice the rank`() {
    #expect(throws: AdapterError.rank(module: "m", rank: 5, limit: 4)) {
      try TrainableLoRA(module: module(8, 8), options: AdapterOptions(rank: 5, start: "lora-ga"))
    }
  }

  @Test func `DoRA refuses a feature of norm zero`() throws {
    let adapter = try TrainableDoRA(module: module(2, 2), options: AdapterOptions(rank: 1))
    let base = BaseModule(weight: Matrix(rows: 2, columns: 2, values: [1, 2, 0, 0]))
    var generator = SplitMix64(seed: 1)
    #expect(throws: AdapterError.zeroNormAtStart(module: "m", index: 1)) {
      try adapter.start(base: base, using: &generator, calibration: nil)
    }
  }

  @Test func `shared projections smaller than a module are refused`() {
    #expect(throws: AdapterError.self) {
      try TrainableVeRA(
        module: module(8, 8),
        options: AdapterOptions(rank: 2, largestShape: MatrixShape(rows: 4, columns: 8)))
    }
  }

  @Test func `B of LoRA+ learns faster, A of LoRA-FA not at all`() throws {
    let options = AdapterOptions(rank: 2, outputRateFactor: 5)
    let plus = try TrainableLoRAPlus(module: module(8, 8), options: options).parameters
    #expect(plus.map(\.rateFactor) == [1, 5])
    let frozen = try TrainableLoRAFA(module: module(8, 8), options: options).parameters
    #expect(frozen.map(\.isTrained) == [false, true])
  }

  @Test func `dropout passes through the two factors with their scale`() throws {
    let adapter = try TrainableRSLoRA(
      module: module(8, 8), options: AdapterOptions(rank: 4, alpha: 6))
    let path = adapter.dropoutPath([MatrixView<Double>]())
    #expect(path?.scale == 3 && path?.inputFactor == 0 && path?.outputFactor == 1)
  }

  @Test func `the preconditioned gradient moves the weight along its projection`() throws {
    var samples = Samples()
    let adapter = try TrainablePreconditionedLoRAFA(
      module: module(6, 9), options: AdapterOptions(rank: 3, alpha: 6))
    let (input, weightGradient) = (samples.matrix(3, 9), samples.matrix(6, 9))
    let gradient = MatrixView<Double>(
      2 * Matrix.product(weightGradient, .asStored, input, .transposed))
    let parameters = [MatrixView<Double>(input), MatrixView<Double>(rows: 6, columns: 3)]
    adapter.preconditionGradients(
      [MatrixView<Double>(rows: 3, columns: 9), gradient], parameters: parameters)
    let rows = try SingularTriplets(of: input).right
    let projected = Matrix.product(weightGradient, .asStored, rows, .transposed) * rows
    // The 10⁻⁸ on the diagonal moves it by as much.
    #expect((2 * (gradient.matrix * input) - projected).frobeniusNorm() <= 1e-6)
  }
}
