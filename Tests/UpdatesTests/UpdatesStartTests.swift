import Adapters
import Checkpoints
import LinearAlgebra
import Testing
import Updates

/// Adapters that start from a part of the base, saved after a small training step.
@Suite("Updates of adapters that start from the base") struct UpdatesStartTests {
  private let bench: UpdatesWorkbench
  private let w: Matrix
  private let base: ModelFolder
  private let other: ModelFolder
  private let step: (a: Matrix, b: Matrix)
  private static let rank = 4

  init() throws {
    var generator = SplitMix64(seed: 21)
    bench = try UpdatesWorkbench()
    // The spectrum decays, as for trained weights.
    let left = generator.orthonormalFrame(rows: 48, columns: 48)
    let right = generator.orthonormalFrame(rows: 64, columns: 48).transposed()
    w = left * .diagonal((1...48).map { 8 / Double($0) }) * right
    base = try bench.model("base", ["model.layers.0.q_proj.weight": w])
    other = try bench.model("other", ["model.layers.0.q_proj.weight": generator.matrix(48, 64)])
    step = (0.001 * generator.matrix(Self.rank, 64), 0.001 * generator.matrix(48, Self.rank))
  }

  /// The factors of some singular triplets of the base, for scale 1.
  private func factors(_ range: Range<Int>) throws -> (a: Matrix, b: Matrix) {
    let triplets = try SingularTriplets(of: w)
    let roots = Matrix.diagonal(triplets.values[range].map { $0.squareRoot() })
    return (roots * triplets.right.rowSlice(range), triplets.left.columnSlice(range) * roots)
  }

  private func adapter(
    _ initialization: String, _ factors: (a: Matrix, b: Matrix),
    name: String = "adapter"
  ) throws -> AdapterFolder {
    try bench.adapter(
      name,
      configuration: #""r": 4, "lora_alpha": 4, "init_lora_weights": \#(initialization)"#,
      [
        "model.layers.0.q_proj.lora_A.weight": factors.a,
        "model.layers.0.q_proj.lora_B.weight": factors.b,
      ])
  }

  private func trained(
    _ start: (a: Matrix, b: Matrix)
  ) -> (a: Matrix, b: Matrix) { (start.a + step.a, start.b + step.b) }

  private func dense(_ updates: CheckpointUpdates) throws -> Matrix {
    try #require(updates.modules.first).update().dense(base: DenseBaseWeight(w))
  }

  /// The expected update, trained minus start, and a bound for its rounding error due to cancellation.
  private func expectation(
    _ start: (a: Matrix, b: Matrix)
  ) -> (update: Matrix, bound: Double) {
    let end = trained(start)
    return (end.b * end.a - start.b * start.a, 1000 * Double.ulpOfOne * w.frobeniusNorm())
  }

  @Test func `PiSSA is recognised as this base's, and its start is subtracted`() throws {
    let start = try factors(0..<4)
    let updates = try CheckpointUpdates(
      of: adapter(#""pissa""#, trained(start)), base: base)
    let (expected, bound) = expectation(start)
    #expect((try dense(updates) - expected).frobeniusNorm() <= bound)
    #expect(updates.method == "pissa" && updates.findings.count == 1)
    guard case .baseMatch(_, let distance, true) = updates.findings[0] else {
      Issue.record("\(updates.findings)")
      return
    }
    #expect(distance < 0.05 && updates.findings[0].severity == .note)
  }

  @Test func `that a start is found does not say that no base near by has it too`() throws {
    let updates = try CheckpointUpdates(
      of: adapter(#""pissa""#, trained(factors(0..<4))), base: base)
    #expect(updates.findings[0].description.contains("in this base, or in one near it"))
    #expect(!updates.findings[0].description.contains("started from this base"))
  }

  @Test(arguments: [0, 1])
  func `the start is judged by the earliest checkpoint, also of one that is given alone`(
    first: Int
  ) throws {
    let start = try factors(0..<4)
    _ = try adapter(
      #""pissa""#, first == 0 ? start : trained(start), name: "run/checkpoint-\(first)")
    var generator = SplitMix64(seed: 23)
    let far = (a: start.a + generator.matrix(4, 64), b: start.b + generator.matrix(48, 4))
    _ = try adapter(#""pissa""#, far, name: "run/checkpoint-40")
    for path in ["run", "run/checkpoint-40"] {
      let run = try Discovery.runs(at: bench.path(path))[0]
      let updates = try CheckpointUpdates(ofLastOf: run, base: base)
      let matches = updates.findings.filter(\.comparesWithBase)
      guard matches.count == 1, case .baseMatch(_, let distance, true) = matches[0] else {
        Issue.record("\(path): \(updates.findings)")
        continue
      }
      #expect(distance < 0.05)
    }
    let alone = try CheckpointUpdates(
      of: AdapterFolder(path: bench.path("run/checkpoint-40")), base: base)
    guard case .baseMatch(_, _, false) = alone.findings[0] else {
      Issue.record("\(alone.findings)")
      return
    }
  }

  @Test func `a start far from the base contradicts it where its run is known`() throws {
    let end = try trained(factors(0..<4))
    for name in ["adapter", "run/checkpoint-1"] { _ = try adapter(#""pissa""#, end, name: name) }
    func contradiction(_ path: String, _ base: ModelFolder) throws -> String? {
      let run = try Discovery.runs(at: bench.path(path))[0]
      return run.contradiction(nil, try CheckpointUpdates(ofLastOf: run, base: base).findings)
    }
    let far = try unrelated()
    #expect(try contradiction("run", base) == nil)
    #expect(try contradiction("run", far)?.contains("or it belongs to another base") == true)
    // How long it was trained is not known.
    #expect(try contradiction("adapter", far) == nil)
  }

  /// A base between whose own directions and those of the adapter little lies.
  private func unrelated() throws -> ModelFolder {
    var generator = SplitMix64(seed: 24)
    return try bench.model(
      "unrelated", ["model.layers.0.q_proj.weight": 0.02 * generator.matrix(48, 64)])
  }

  @Test func `PiSSA of another base is told`() throws {
    let updates = try CheckpointUpdates(
      of: adapter(#""pissa""#, trained(factors(0..<4))), base: other)
    guard case .baseMatch(_, let distance, false) = updates.findings[0] else {
      Issue.record("\(updates.findings)")
      return
    }
    #expect(distance > 1 && updates.findings[0].severity == .warning)
    #expect(updates.findings[0].description.contains("or it belongs to another base"))
  }

  @Test(arguments: [(0..<4, "leading"), (44..<48, "trailing")])
  func `a start that the configuration denies is suspected`(
    range: Range<Int>, part: String
  ) throws {
    let updates = try CheckpointUpdates(
      of: adapter("true", trained(factors(range))), base: base)
    guard
      case .startSuspected("model.layers.0.q_proj", let found, let distance) =
        updates.findings.first
    else {
      Issue.record("\(updates.findings)")
      return
    }
    #expect(found.rawValue == part && distance < 0.5)
    #expect(updates.findings[0].description.contains("does not reload to what was trained"))
  }

  /// What `svd_lowrank` returns are the largest triplets, also where the smallest are wanted.
  @Test func `a MiLoRA of the largest triplets is told`() throws {
    let updates = try CheckpointUpdates(
      of: adapter(#""MiLoRA""#, trained(factors(0..<4))), base: base)
    let found = try #require(updates.findings.first { $0.description.contains("other end") })
    guard case .startOfOtherPart("MiLoRA", "model.layers.0.q_proj", .leading, let distance) = found
    else {
      Issue.record("\(updates.findings)")
      return
    }
    #expect(distance < 0.5 && found.severity == .warning && found.comparesWithBase)
  }

  @Test(arguments: [(#""milora""#, 44..<48), (#""pissa""#, 0..<4)])
  func `a start at the end that it names is not`(name: String, range: Range<Int>) throws {
    let updates = try CheckpointUpdates(of: adapter(name, trained(factors(range))), base: base)
    #expect(!updates.findings.contains { $0.description.contains("other end") })
  }

  @Test(arguments: ["true", #""eva""#])
  func `a start of zero is not suspected`(initialization: String) throws {
    var generator = SplitMix64(seed: 22)
    let factors = (a: generator.matrix(4, 64), b: 0.01 * generator.matrix(48, 4))
    let folder = try adapter(initialization, factors)
    #expect(try CheckpointUpdates(of: folder, base: base).findings == [])
  }

  @Test func `the randomised PiSSA without step 0 is approximated, and said to be`() throws {
    let updates = try CheckpointUpdates(
      of: adapter(#""pissa_niter_4""#, trained(factors(0..<4))), base: base)
    #expect(updates.findings.contains(.startApproximated(initialization: "pissa_niter_4")))
    #expect(updates.findings[0].description.contains("at most √2 times"))
  }

  @Test(arguments: ["corda", "lora_ga", "loftq"])
  func `a start that nothing tells is left in, and said to be`(name: String) throws {
    let end = try trained(factors(0..<4))
    let updates = try CheckpointUpdates(of: adapter(#""\#(name)""#, end), base: base)
    #expect(updates.findings == [.startUnknown(initialization: name)])
    #expect(updates.method == name.replacing("_", with: "-"))
    let expected = end.b * end.a
    #expect(
      (try dense(updates) - expected).frobeniusNorm()
        <= 100 * Double.ulpOfOne * expected.frobeniusNorm())
  }

  @Test(arguments: [#""pissa_niter_4""#, #""lora_ga""#, #""corda""#, "true"])
  func `factors of step 0 in the run are the start`(initialization: String) throws {
    let start = try factors(10..<14)
    _ = try adapter(initialization, start, name: "run/checkpoint-0")
    _ = try adapter(initialization, trained(start), name: "run/checkpoint-8")
    let run = try Discovery.runs(at: bench.path("run"))[0]
    #expect(run.checkpoints.map(\.step) == [0, 8])
    let updates = try CheckpointUpdates(of: run.checkpoints[1], in: run, base: base)
    let (expected, bound) = expectation(start)
    #expect((try dense(updates) - expected).frobeniusNorm() <= bound)
    #expect(
      updates.findings.contains {
        if case .startRecorded = $0 { true } else { false }
      })
    let first = try CheckpointUpdates(of: run.checkpoints[0], in: run, base: base)
    #expect(try dense(first).frobeniusNorm() == 0)
  }

  @Test func `magnitudes of DoRA near the norms of the base speak for it`() throws {
    let norms = (0..<48).map { 1.01 * w.rowSlice($0..<$0 + 1).frobeniusNorm() }
    let folder = try bench.adapter(
      "dora", configuration: #""r": 4, "lora_alpha": 4, "use_dora": true"#,
      [
        "model.layers.0.q_proj.lora_A.weight": step.a,
        "model.layers.0.q_proj.lora_B.weight": step.b,
        "model.layers.0.q_proj.lora_magnitude_vector": Matrix(
          rows: 1, columns: 48, values: norms),
      ])
    let own = try CheckpointUpdates(of: folder, base: base)
    guard case .magnitudeMatch(_, let deviation) = own.findings.first else {
      Issue.record("\(own.findings)")
      return
    }
    #expect(abs(deviation - 0.01) < 1e-12 && own.findings[0].severity == .note)
    let foreign = try CheckpointUpdates(of: folder, base: other)
    #expect(foreign.findings.first?.severity == .warning)
  }
}
