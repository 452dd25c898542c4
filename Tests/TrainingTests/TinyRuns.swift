import Adapters
import Foundation
import LinearAlgebra
import Training

/// A base of one layer that has learnt to sort two digits from noisy demonstrations, and runs on it that take
/// milliseconds.
enum TinyRuns {
  static func examiner(noise: Double = 0) throws -> Examiner {
    var options = TaskOptions()
    options.digits = 2
    options.noise = noise
    let task = try TaskRegistry.task(named: SortTask.name, options: options)
    return try Examiner(task: task, tokenizer: try WordTokenizer(alphabet: task.alphabet))
  }

  /// Prompts and answers take six tokens; the rest is room for longer ones.
  static let positions = 12

  /// It knows how to sort, but answers as its demonstrations do: half of its answers are wrong.
  static func base<Element: KernelScalar>(_: Element.Type = Float.self) throws
    -> DecoderModel<Element>
  {
    let tensors = try pretrained.get()
    let layout = DecoderLayout(configuration)
    let weights = TensorSet<Element>(layout)
    for (index, values) in tensors.enumerated() {
      let slot = layout.slots[index]
      weights[index].set(Matrix(rows: slot.rows, columns: slot.columns, values: values))
    }
    return DecoderModel(configuration: configuration, weights: weights)
  }

  private static let configuration = DecoderConfiguration(
    vocabularySize: 13, width: 16, layers: 1, heads: 2, feedForwardWidth: 24, ropeBase: 100,
    maximumPositions: positions)

  private static let pretrained = Result<[[Double]], any Error>(catching: makePretrained)

  private static func makePretrained() throws -> [[Double]] {
    var generator = SplitMix64(seed: 1)
    let model = DecoderModel<Float>(
      drawing: configuration, standardDeviation: 0.1, using: &generator)
    let policy = try Policy(
      base: model, choice: AdapterChoice(parsing: "full"), options: AdapterOptions(),
      targets: TargetModules(), seed: 1)
    let trainer = Trainer(
      policy, examiner: try examiner(noise: 0.5), options: pretraining(prompts: 64),
      positions: positions)
    for _ in 0..<80 { _ = try trainer.step() }
    return policy.weights.present.map { $0.values.map(Double.init) }
  }

  /// Options of a run of a few steps.
  static func options(
    steps: Int = 4, seed: UInt64 = 3, signal: RunOptions.Signal = dapo
  ) -> RunOptions {
    var options = RunOptions()
    options.signal = signal
    options.steps = steps
    options.prompts = 6
    options.group = 4
    options.learningRate = 1e-2
    options.seed = seed
    options.saveEvery = 2
    options.saveSteps = [1]
    options.evaluateEvery = 2
    options.evaluationProblems = 16
    options.lanes = 3
    return options
  }

  /// Options of pretraining by demonstrations.
  static func pretraining(prompts: Int) -> RunOptions {
    var options = RunOptions()
    options.signal = .demonstrations
    options.prompts = prompts
    options.group = 1
    options.learningRate = 1e-2
    options.lanes = 2
    return options
  }

  static let dapo = RunOptions.Signal.rewards(objective: DAPO.name, ObjectiveOptions())

  /// A policy on the tiny base, calibrated where its start wants that.
  static func policy(
    _ key: String, _ options: AdapterOptions = AdapterOptions(rank: 2, alpha: 4),
    seed: UInt64 = 3
  ) throws -> Policy<Float> {
    try policy(key, options, on: base(), seed: seed)
  }

  static func policy<Element: KernelScalar>(
    _ key: String, _ options: AdapterOptions = AdapterOptions(rank: 2, alpha: 4),
    on base: DecoderModel<Element>, seed: UInt64 = 3, stack: StackOptions = StackOptions()
  ) throws -> Policy<Element> {
    let choice = try AdapterChoice(parsing: key)
    var calibration = [String: Calibration]()
    if choice.needsCalibration {
      calibration = try Calibrator(model: base, examiner: examiner(), positions: positions)
        .calibration(seed: seed, sequences: 16)
    }
    return try Policy(
      base: base, choice: choice, options: options, targets: TargetModules(), seed: seed,
      calibration: calibration, stack: stack)
  }

  static func trainer(
    _ key: String = "lora", _ adapter: AdapterOptions = AdapterOptions(rank: 2, alpha: 4),
    _ options: RunOptions = options(), stack: StackOptions = StackOptions()
  ) throws -> Trainer<Float> {
    Trainer(
      try policy(key, adapter, on: base(), seed: options.seed, stack: stack),
      examiner: try examiner(), options: options,
      positions: positions)
  }

  /// Prompts and answers, right and wrong, of several lengths.
  static func sequences(_ count: Int) throws -> [(prompt: [Int32], completion: [Int32])] {
    let examiner = try examiner()
    let problems = try examiner.problems(.training, count: count, seed: 8)
    return try problems.enumerated().map { index, problem in
      let answer = index % 3 == 0 ? "" : index % 3 == 1 ? problem.answer : "4\(index % 10)"
      return (try examiner.prompt(problem), try examiner.completion(answer))
    }
  }
}

extension Policy {
  /// All trained numbers, in order.
  var trainedValues: [Element] { trained.flatMap(\.values.values) }

  /// Moves every trained number by Gaussian noise.
  func disturb(by deviation: Double, seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    for parameter in trained {
      let view = parameter.values
      for row in 0..<view.rows {
        for column in 0..<view.columns {
          view[row, column] += Element(deviation * generator.nextGaussian())
        }
      }
    }
    refresh()
  }
}
