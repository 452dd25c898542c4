import Adapters
import ArgumentParser
import Documents
import Foundation
import LinearAlgebra
import Training

/// What pretraining writes.
struct ModelArguments: ParsableArguments {
  @Option(
    name: [.short, .long], help: "The folder of the model; it appears whole or not at all.",
    completion: .directory)
  var out: String
}

/// Makes a small base model for a task.
struct PretrainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pretrain",
    abstract: "Make a small base model for a task, from demonstrations.",
    discussion: """
      Training stops as soon as the sampled accuracy reaches --until, so that rewards have room to teach.
      The folder is a genuine one of Hugging Face: transformers loads it.

      Examples:
        sigmascope pretrain --task scratchpad --task-option digits=3 --out base
        sigmascope pretrain --task addition --family gemma3_text --out gemma
      """)

  @OptionGroup(title: "Model") var result: ModelArguments

  @OptionGroup(title: "Task") var task: TaskArguments

  @Option(
    help: ArgumentHelp(
      "The architecture: \(DecoderFamilyRegistry.all.map { $0.modelType }.joined(separator: ", ")).",
      valueName: "name"), completion: .list(DecoderFamilyRegistry.all.map { $0.modelType }))
  var family = LlamaFamily.modelType

  @Option(help: "The width of the model.")
  var width = 64

  @Option(help: "Its layers.")
  var layers = 2

  @Option(help: "Its attention heads.")
  var heads = 4

  @Option(help: "The width of its feed-forward blocks; 11/4 of the width by default.")
  var feedForward: Int?

  @Option(help: "The standard deviation of initial weights.")
  var deviation = 0.02

  @Option(name: [.customShort("l"), .long], help: "The peak learning rate.")
  var learningRate = 3e-3

  @Option(help: "The most steps.")
  var steps = 2600

  @Option(help: "Demonstrations a step.")
  var batch = 192

  @Option(help: "The sampled accuracy at which training stops.")
  var until = 0.32

  @OptionGroup(title: "Optimiser") var optimizer: OptimizerArguments

  @Option(help: "The same seed gives the same model, bit for bit, on any number of threads.")
  var seed: UInt64 = 0

  @Option(help: "How many processors work at once. (default: all)")
  var threads: Int?

  @Flag(name: [.short, .long], help: "Print nothing but errors.")
  var quiet = false

  func validate() throws {
    for (name, count, most) in [
      ("--width", width, Self.widthLimit), ("--layers", layers, Self.layerLimit),
      ("--heads", heads, Self.widthLimit), ("--steps", steps, TrainingSettings.stepLimit),
      ("--batch", batch, TrainingSettings.countLimit), ("--threads", threads ?? 1, Int.max),
      ("--feed-forward", feedForward ?? 1, Self.widthLimit),
    ] {
      guard count >= 1 else { throw ValidationError("\(name) must be at least 1.") }
      guard count <= most else { throw ValidationError("\(name) must be at most \(most).") }
    }
    guard DecoderFamilyRegistry.find(family) != nil else {
      throw ValidationError(
        "--family '\(family)' is none of "
          + DecoderFamilyRegistry.all.map { $0.modelType }.joined(separator: ", ") + ".")
    }
    guard width % (2 * heads) == 0 else {
      throw ValidationError("--width must be a multiple of twice --heads.")
    }
    guard learningRate > 0, learningRate.isFinite, deviation > 0, deviation.isFinite else {
      throw ValidationError("--learning-rate and --deviation must be positive.")
    }
    guard until > 0, until <= 1 else {
      throw ValidationError("--until must lie above 0 and at most at 1.")
    }
  }

  /// Beyond what a processor trains; no product of these overflows.
  private static let widthLimit = 1 << 20
  private static let layerLimit = 1 << 12

  func run() async throws {
    let command = self
    try await Interruption.cancelling(saying: "stopped: nothing was written") {
      try command.pretrain { Task.isCancelled }
    }
  }

  private func pretrain(isCancelled: () -> Bool) throws {
    try AtomicFolder.checkMarked(result.out)
    let run = try RunSpecification(settings, threads: threads ?? ThreadCount.processors)
    let tokenizer = try WordTokenizer(alphabet: run.task.alphabet)
    let examiner = try Examiner(task: run.task, tokenizer: tokenizer)
    let positions = try examiner.longestSequence(limit: nil)
    let configuration = configuration(
      vocabularySize: tokenizer.vocabularySize, positions: positions)
    try RunMemory(training: configuration).check()
    try RunMemory(
      sampling: configuration, elementSize: MemoryLayout<Float>.size, options: run.options,
      positions: positions,
      answerLength: run.options.maximumLength ?? run.task.maximumCompletionLength + 1
    ).check()
    var generator = SplitMix64(seed: seed)
    let model = DecoderModel<Float>(
      drawing: configuration, standardDeviation: deviation, using: &generator)
    let policy = try Policy(
      base: model, choice: run.choice, options: run.adapter, targets: run.targets, seed: seed)
    let trainer = Trainer(policy, examiner: examiner, options: run.options, positions: positions)
    let line = TrainingLine(
      isQuiet: quiet, steps: steps, from: 0,
      title: "\(model.layout.parameterCount) parameters, vocabulary of \(tokenizer.vocabularySize)")
    var last: Examination?
    for step in 1...steps {
      if isCancelled() { throw CancellationError() }
      var record = try trainer.step()
      if step % 50 == 0 || step == steps {
        let found = try trainer.examine()
        record["eval_accuracy"] = found.sampled
        record["eval_greedy_accuracy"] = found.greedy
        last = found
      }
      line.update(record)
      if let last, last.sampled >= until { break }
    }
    try DecoderModel(configuration: configuration, weights: policy.weights)
      .write(to: result.out, tokenizer: tokenizer)
    if !quiet, let last {
      Terminal.show(
        "base: \(result.out), \(trainer.stepCount) steps, held-out accuracy "
          + "\(Terminal.percent(last.sampled)) sampled, \(Terminal.percent(last.greedy)) greedy")
    }
  }

  private func configuration(vocabularySize: Int, positions: Int) -> DecoderConfiguration {
    let sizes = DecoderConfiguration(
      vocabularySize: vocabularySize, width: width, layers: layers, heads: heads,
      feedForwardWidth: feedForward ?? width * 11 / 4, ropeBase: 1000,
      maximumPositions: positions)
    // Checked with the options.
    return DecoderFamilyRegistry.find(family)?.small(sizes) ?? sizes
  }

  /// Training of all weights on demonstrations, with a schedule and an optimiser that suit training from
  /// scratch.
  private var settings: TrainingSettings {
    var settings = TrainingSettings.default
    settings.adapter = "full"
    settings.objective = TrainingSettings.demonstrations
    task.set(&settings)
    settings.steps = steps
    settings.prompts = batch
    settings.group = 1
    settings.learningRate = learningRate
    settings.schedule = .cosine
    settings.warmup = 100
    settings.beta2 = 0.98
    settings.weightDecay = 0.1
    optimizer.set(&settings)
    settings.seed = seed
    return settings
  }
}
