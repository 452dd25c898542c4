import Adapters
import LinearAlgebra
import Testing
import Training

@Suite("A policy at the start of another") struct PolicyStartTests {
  /// The divergences and trained numbers of a short run.
  private func run(_ policy: Policy<Float>) throws -> (divergences: [Double?], values: [Float]) {
    var options = TinyRuns.options(steps: 3)
    options.measuresDivergence = true
    let trainer = Trainer(
      policy, examiner: try TinyRuns.examiner(), options: options, positions: TinyRuns.positions)
    let divergences = try (1...3).map { _ in try trainer.step()["kl_step"] }
    return (divergences, policy.trainedValues)
  }

  /// Runs from a start that was made, and twice from copies of it, which leave it as it was.
  private func check(
    _ key: String, _ options: AdapterOptions = AdapterOptions(rank: 2, alpha: 4),
    _ stack: StackOptions = StackOptions()
  ) throws {
    let start = try TinyRuns.policy(key, options, on: TinyRuns.base(), stack: stack)
    let values = start.trainedValues
    let first = try run(Policy(startOf: start))
    let second = try run(Policy(startOf: start))
    #expect(start.trainedValues == values, "\(key)")
    let own = try run(start)
    for copy in [first, second] {
      #expect(copy.values == own.values, "\(key)")
      #expect(copy.divergences == own.divergences, "\(key)")
    }
    #expect(own.values != values, "\(key)")
  }

  @Test(arguments: AdapterChoice.keys)
  func `a run from a copied start is the run from the start itself, bit for bit`(key: String) throws
  {
    try check(key)
  }

  @Test func `a pruned budget is not handed on`() throws {
    let schedule = try AdaLoRASchedule(targetRank: 1, totalSteps: 3)
    try check("adalora", AdapterOptions(rank: 3, alpha: 4, budget: schedule))
  }

  @Test(arguments: [MergeCycle.float32, .bfloat16])
  func `weights that drift by merges belong to the copy alone`(cycle: MergeCycle) throws {
    for key in ["lora", "pissa"] {
      try check(
        key, AdapterOptions(rank: 2, alpha: 4), StackTests.stack { $0.mergeCycle = cycle })
    }
  }

  @Test(arguments: WeightStorage.allCases)
  func `a narrower storage rounds the copy as the start`(storage: WeightStorage) throws {
    for key in ["pissa", "full"] {
      try check(
        key, AdapterOptions(rank: 2, alpha: 4), StackTests.stack { $0.storage = storage })
    }
  }

  @Test func `a mask keeps the same entries of the copy from learning`() throws {
    try check(
      "full", AdapterOptions(rank: 2, alpha: 4), StackTests.stack { $0.gradientMask = .principal })
  }
}
