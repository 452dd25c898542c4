import Adapters
import Checkpoints
import LinearAlgebra
import Testing
import Training

/// The updates in the files of a checkpoint, read by the program's own readers.
@Suite("Recorded updates") struct RecordedUpdateTests {
  static let keys = AdapterChoice.keys.filter { $0 != "full" }

  /// The tensors of each module, by the part of their names after the module's, with those that all modules share.
  static func parameters(_ folder: AdapterFolder) throws -> [String: [String: Tensor]] {
    let methods = AdapterRegistry.saved.filter { $0.peftTypes.contains(folder.peftType) }
    let names = methods.flatMap { $0.parameterNames }
    var own = [String: [String: Tensor]](), shared = [String: Tensor]()
    for entry in folder.entries {
      let tensor = Tensor(
        shape: entry.tensor.shape, values: try folder.weights.doubles(of: entry.key))
      if methods.contains(where: { $0.shares(entry.name, with: nil) }) {
        shared[entry.name] = tensor
        continue
      }
      let name = try #require(
        names.filter { entry.name.hasSuffix(".\($0)") }.max { $0.count < $1.count }, "\(entry.name)"
      )
      own[String(entry.name.dropLast(name.count + 1)), default: [:]][name] = tensor
    }
    return own.mapValues { $0.merging(shared) { first, _ in first } }
  }

  /// Expects that the files of a policy give the weights that the policy computes with.
  static func expectUpdates(of policy: Policy<Float>, in path: String) throws {
    let modules = try parameters(AdapterFolder(path: path))
    let configuration = try #require(policy.export(baseName: nil).configuration)
    let names = modules.keys.sorted()
    var largest = 0.0
    for settings in try configuration.settings(for: names).modules {
      let slot = try #require(
        policy.base.layout.slots.firstIndex { $0.name == "\(settings.module).weight" })
      let base = policy.base.weights[slot].matrix
      let adapter = try AdapterRegistry.adapter(
        parameters: try #require(modules[settings.module]), settings: settings)
      let found = try adapter.weightUpdate(of: DenseBaseWeight(base))
        .dense(base: DenseBaseWeight(base))
      let change = policy.weights[slot].matrix + -1 * base
      let error = norm(found + -1 * change)
      // The effective weight is rounded to single precision, so its change is exact to a few units of W.
      #expect(
        error <= 1e-5 * norm(change) + 1e-6 * norm(base), "\(settings.module): \(error)")
      largest = max(largest, norm(change) / norm(base))
    }
    // A tenth of a per cent is far above that rounding. AdaLoRA may give some modules no update.
    #expect(largest > 1e-3)
  }

  static func norm(_ matrix: Matrix) -> Double {
    matrix.values.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  @Test(arguments: keys)
  func `the last checkpoint tells the update of every module`(key: String) throws {
    let folder = try RunFolder()
    var kind = RunKind(key)
    kind.options.steps = 3
    kind.options.learningRate = 5e-2
    kind.options.saveSteps = []
    kind.options.saveEvery = 0
    kind.options.evaluateEvery = 0
    var run = try kind.open(folder.path)
    try run.run()
    try Self.expectUpdates(of: run.trainer.policy, in: "\(folder.path)/checkpoint-3")
  }

  @Test func `the checkpoint of a pruned AdaLoRA tells the update of every module`() throws {
    let folder = try RunFolder()
    var kind = RunKind("adalora")
    kind.options.steps = 4
    kind.options.learningRate = 5e-2
    kind.options.saveEvery = 0
    kind.adapter.rank = 3
    kind.adapter.budget = try AdaLoRASchedule(targetRank: 1, finalSteps: 1, totalSteps: 4)
    var run = try kind.open(folder.path)
    try run.run()
    #expect(run.trainer.policy.budget?.isFinal == true)
    try Self.expectUpdates(of: run.trainer.policy, in: "\(folder.path)/checkpoint-4")
  }

  @Test(arguments: keys)
  func `the checkpoint of step 0 is the base`(key: String) throws {
    let folder = try RunFolder()
    var kind = RunKind(key)
    kind.options.evaluateEvery = 0
    kind.options.saveSteps = []
    try kind.train(folder.path, stoppingAfter: 0)
    let policy = try TinyRuns.policy(key)
    let modules = try Self.parameters(AdapterFolder(path: "\(folder.path)/checkpoint-0"))
    let configuration = try #require(policy.export(baseName: nil).configuration)
    for settings in try configuration.settings(for: modules.keys.sorted()).modules {
      let slot = try #require(
        policy.base.layout.slots.firstIndex { $0.name == "\(settings.module).weight" })
      let base = DenseBaseWeight(policy.base.weights[slot].matrix)
      let update = try AdapterRegistry.adapter(
        parameters: try #require(modules[settings.module]), settings: settings
      ).weightUpdate(of: base).dense(base: base)
      // With a start that leaves a residual, the terms cancel up to the rounding of the stored factors.
      #expect(Self.norm(update) <= 1e-6 * Self.norm(base.matrix()), "\(settings.module)")
    }
  }
}
