public import Adapters
import LinearAlgebra

/// Everything that defines a run apart from the base and the folder, made from its settings. `train` has one, a
/// study has many.
public struct RunSpecification: Sendable {
  /// The settings as they take effect.
  public let settings: TrainingSettings
  public let choice: AdapterChoice
  public let adapter: AdapterOptions
  public let targets: TargetModules
  public let task: any VerifiableTask
  /// A text of one token that ends an answer; nil for the tokenizer's end token.
  public let stop: String?
  public var options: RunOptions

  /// - Parameters:
  ///   - settings: The chosen settings.
  ///   - ownTask: A task that is not in the registry, in place of the one that the settings name.
  ///   - threads: How many threads run in parallel; results do not depend on it.
  /// - Throws: ``SettingsError``, ``TaskError``, `AdapterError` for faults in values, task, adapter or budget;
  ///   ``TrainingError/noWeightToAvoid(optimizer:method:)``.
  public init(
    _ settings: TrainingSettings, task ownTask: (any VerifiableTask)? = nil, threads: Int = 1
  ) throws {
    try settings.check()
    choice = try AdapterChoice(parsing: settings.adapter, start: settings.start)
    if settings.optimizer == .gasd, !choice.trainsWholeWeights {
      throw TrainingError.noWeightToAvoid(
        optimizer: settings.optimizer.rawValue, method: choice.name)
    }
    if settings.targetRank != nil, choice.method.key != AdaLoRA.key {
      throw SettingsError.noBudget(option: "target-rank", method: choice.name)
    }
    adapter = try settings.makeAdapterOptions()
    task = try ownTask ?? settings.makeTask()
    self.settings = settings.resolved(choice: choice, task: task)
    targets = TargetModules(settings.targets)
    stop = settings.stop?.replacing("\\n", with: "\n")
    options = RunOptions(self.settings, threads: threads)
  }

  /// The factor on the product of the method's factors: α/r, or α/√r if the method is rank-stabilised.
  public var scale: Double {
    var options = adapter
    options.usesRankStabilization =
      choice.method.configuration(options: adapter, modules: [])?.usesRankStabilizedScaling ?? false
    return options.scale
  }

  /// How many demonstrations data-driven starts use.
  private static let calibrationSequences = 256

  /// The trainer at step 0.
  /// - Parameters:
  ///   - base: The pretrained decoder; it is not changed.
  ///   - tokenizer: The base's.
  /// - Throws: ``TaskError``, ``TokenizerError``, ``TrainingError``, `AdapterError`.
  public func trainer<Element: KernelScalar>(
    on base: DecoderModel<Element>, tokenizer: any Tokenizer
  ) throws -> Trainer<Element> {
    try trainer(on: base, tokenizer: tokenizer, from: nil)
  }

  /// The trainer at step 0.
  /// - Parameters:
  ///   - base: The pretrained decoder; it is not changed.
  ///   - tokenizer: The base's.
  ///   - start: A policy of this run on this base at step 0, which is copied and not changed; nil to make one.
  /// - Throws: ``TaskError``, ``TokenizerError``, ``TrainingError``, `AdapterError`.
  package func trainer<Element: KernelScalar>(
    on base: DecoderModel<Element>, tokenizer: any Tokenizer, from start: Policy<Element>?
  ) throws -> Trainer<Element> {
    let examiner = try Examiner(
      task: task, tokenizer: tokenizer, stop: stop,
      vocabulary: base.configuration.vocabularySize)
    let positions = try examiner.longestSequence(limit: options.maximumLength)
    // A task without held-out problems is refused before the run has a folder.
    if options.evaluates(at: options.steps) {
      _ = try examiner.problems(.held, count: 1, seed: options.seed)
    }
    try RunMemory(
      sampling: base.configuration, elementSize: MemoryLayout<Element>.size, options: options,
      positions: positions, answerLength: options.maximumLength ?? task.maximumCompletionLength + 1
    ).check()
    let policy =
      try start.map { try Policy(startOf: $0) } ?? policy(on: base, examiner, positions)
    return Trainer(policy, examiner: examiner, options: options, positions: positions)
  }

  private func policy<Element: KernelScalar>(
    on base: DecoderModel<Element>, _ examiner: Examiner, _ positions: Int
  ) throws -> Policy<Element> {
    let calibration =
      choice.needsCalibration
      ? try Calibrator(model: base, examiner: examiner, positions: positions)
        .calibration(seed: options.seed, sequences: Self.calibrationSequences) : [:]
    return try Policy(
      base: base, choice: choice, options: adapter, targets: targets, seed: options.seed,
      calibration: calibration, stack: StackOptions(settings))
  }
}
