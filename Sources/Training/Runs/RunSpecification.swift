public import Adapters
public import Documents
import LinearAlgebra

/// All that makes a run, apart from the base and the folder: what `train` takes from its options, and what a
/// study has many of.
public struct RunSpecification: Sendable {
  public var choice: AdapterChoice
  public var adapter: AdapterOptions
  public var targets: TargetModules
  public var task: any VerifiableTask
  /// A text of one token that ends an answer; nil for the tokenizer's end token.
  public var stop: String?
  public var options: RunOptions
  /// The settings by their names on the command line, for `run.json`.
  public var settings: [String: JSONValue]

  public init(
    choice: AdapterChoice, adapter: AdapterOptions, targets: TargetModules,
    task: any VerifiableTask, stop: String? = nil, options: RunOptions,
    settings: [String: JSONValue]
  ) {
    self.choice = choice
    self.adapter = adapter
    self.targets = targets
    self.task = task
    self.stop = stop
    self.options = options
    self.settings = settings
  }

  /// How many demonstrations data-driven starts look at.
  private static let calibrationSequences = 256

  /// The trainer at step 0.
  /// - Parameters:
  ///   - base: The pretrained decoder; it is not changed.
  ///   - tokenizer: The base's.
  /// - Throws: ``TaskError``, ``TokenizerError``, ``TrainingError``, `AdapterError`.
  public func trainer<Element: KernelScalar>(
    on base: DecoderModel<Element>, tokenizer: any Tokenizer
  ) throws -> Trainer<Element> {
    let examiner = try Examiner(task: task, tokenizer: tokenizer, stop: stop)
    let positions = try examiner.longestSequence(limit: options.maximumLength)
    let calibration =
      choice.needsCalibration
      ? try Calibrator(model: base, examiner: examiner, positions: positions)
        .calibration(seed: options.seed, sequences: Self.calibrationSequences) : [:]
    let policy = try Policy(
      base: base, choice: choice, options: adapter, targets: targets, seed: options.seed,
      calibration: calibration)
    return Trainer(policy, examiner: examiner, options: options, positions: positions)
  }
}
