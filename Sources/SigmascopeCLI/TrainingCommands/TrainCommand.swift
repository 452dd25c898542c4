import Adapters
import ArgumentParser
import Checkpoints
import Documents
import Experiments
import Foundation
import LinearAlgebra
import Spectra
import Training

/// Trains a small language model with an adapter and records its weight updates.
struct TrainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a small language model by rewards that a program checks; record checkpoints.",
    discussion: """
      The run folder is one of PEFT's and Trainer's: Python reads it, and so does analyze.

      Examples:
        sigmascope train --base scratchpad --adapter pissa --out runs/pissa
        sigmascope train --base base --adapter lora --rank 4 --objective grpo \\
          --learning-rate 3e-3 --steps 200 --out runs/lora
        sigmascope train --config run.toml --out runs/again --resume
      """)

  @Option(
    help: """
      The base: a Hugging Face folder of a Llama, Qwen2 or Gemma 3 decoder, or scratchpad for the small \
      base inside the program.
      """, completion: .directory)
  var base: String?

  @Option(name: [.short, .long], help: "The folder of the run.", completion: .directory)
  var out: String?

  @Option(
    help: ArgumentHelp(
      "Method, or start of LoRA: \(AdapterChoice.keys.joined(separator: ", ")).",
      valueName: "key"), completion: .list(AdapterChoice.keys))
  var adapter = TrainingSettings.default.adapter

  @Option(
    help: "Another start of the method's factors, such as pissa for rslora.",
    completion: .list(FactorStartRegistry.all.map { $0.key }))
  var start: String?

  @Option(help: "The rank of the adapters.")
  var rank = TrainingSettings.default.rank

  @Option(help: "Alpha: the update is scaled by alpha/rank.")
  var alpha = TrainingSettings.default.alpha

  @Option(help: "The share of inputs that the adapter path drops.")
  var dropout = TrainingSettings.default.dropout

  @Flag(help: "Draw answers with the masks of dropout that they are then learnt from with.")
  var sampleWithDropout = TrainingSettings.default.sampleWithDropout

  @Option(
    parsing: .upToNextOption,
    help: "Kinds of modules that get an adapter, such as q_proj v_proj; all by default.")
  var targets = TrainingSettings.default.targets

  @Option(help: "LoRA+: how much faster B learns than A.")
  var outputRateFactor = TrainingSettings.default.outputRateFactor

  @Option(help: "AdaLoRA: the rank per module that is left at the end; no pruning without it.")
  var targetRank: Int?

  @Option(
    help: ArgumentHelp(
      "What is minimised: \(PolicyObjectiveRegistry.all.map { $0.name }.joined(separator: ", ")), "
        + "or sft for demonstrations.", valueName: "name"),
    completion: .list(PolicyObjectiveRegistry.all.map { $0.name } + ["sft"]))
  var objective = TrainingSettings.default.objective

  @Option(help: "How far the ratio may fall below 1.")
  var clipLow: Double?

  @Option(help: "How far the ratio may rise above 1; CISPO's cap.")
  var clipHigh: Double?

  @Option(help: "β of the divergence from the base.")
  var kl = TrainingSettings.default.kl

  @Option(help: "What the entropy of tokens is rewarded with.")
  var entropyBonus = TrainingSettings.default.entropyBonus

  @Flag(help: "Take every importance ratio to be 1.")
  var unitRatio = TrainingSettings.default.unitRatio

  @OptionGroup(title: "Task") var task: TaskArguments

  @Option(help: "Optimiser steps' worth of rollouts.")
  var steps = TrainingSettings.default.steps

  @Option(help: "Problems a step.")
  var prompts = TrainingSettings.default.prompts

  @Option(help: "Answers a problem.")
  var group = TrainingSettings.default.group

  @Option(help: "The temperature that answers are drawn at.")
  var temperature = TrainingSettings.default.temperature

  @Option(help: "The most tokens of an answer; the task's own by default.")
  var maxLength: Int?

  @Option(help: "A text of one token that ends an answer, such as \\n; the model's end by default.")
  var stop: String?

  @Option(help: "How many times a step's answers are learnt from.")
  var updatesPerRollout = TrainingSettings.default.updatesPerRollout

  @Option(help: "Into how many optimiser steps a step's answers are divided.")
  var miniBatches = TrainingSettings.default.miniBatches

  @Option(help: "How often problems that teach nothing are drawn anew.")
  var dynamicSampling = TrainingSettings.default.dynamicSampling

  @Option(help: "Answers that come within so many tokens of the limit lose up to 1.")
  var overlongBuffer = TrainingSettings.default.overlongBuffer

  @Option(name: [.customShort("l"), .long], help: "The peak learning rate.")
  var learningRate = TrainingSettings.default.learningRate

  @OptionGroup(title: "Optimiser") var optimizer: OptimizerArguments

  @Option(help: "The same seed gives the same run, bit for bit, on any number of threads.")
  var seed = TrainingSettings.default.seed

  @Option(help: "A checkpoint every so many steps; also at 0, 1, 2, 5, 10 and the end.")
  var saveEvery = TrainingSettings.default.saveEvery

  @Option(help: "Held-out problems every so many steps; 0 for never.")
  var evaluateEvery = TrainingSettings.default.evaluateEvery

  @Option(help: "How many held-out problems.")
  var evaluationProblems = TrainingSettings.default.evaluationProblems

  @Flag(help: "Keep prompts, answers, log-probabilities and rewards of every step: rollouts.jsonl.")
  var recordRollouts = TrainingSettings.default.recordRollouts

  @Option(help: "How many processors work at once.")
  var threads: Int?

  @Option(
    help: "Metrics of the weight updates to print at each checkpoint: medians over matrices.",
    completion: MetricList.completion,
    transform: MetricList.init(argument:))
  var live: MetricList?

  @Flag(help: "Go on from the last checkpoint of the run.")
  var resume = false

  @Option(
    help: "A TOML file of these options by their long names; the command line wins.",
    completion: .file(extensions: ["toml"]))
  var config: String?

  @Flag(name: [.short, .long], help: "Print nothing but errors.")
  var quiet = false

  func validate() throws {
    guard base != nil else { throw ValidationError("Give the base model with --base.") }
    guard out != nil else { throw ValidationError("Give the folder of the run with --out.") }
    guard threads ?? 1 >= 1 else { throw ValidationError("--threads must be at least 1.") }
    try settings.validate()
  }

  func run() async throws {
    let command = self
    try await Interruption.cancelling { try command.train { Task.isCancelled } }
  }

  private func train(isCancelled: () -> Bool) throws {
    guard let base = try base.map({ try EmbeddedBase.resolve($0) }), let out else { return }
    let specification = try specification()
    let texts = try ModelTexts(folder: base)
    let folder = try ModelFolder(path: base, texts: texts)
    let model = try DecoderModel<Float>(reading: folder)
    let trainer = try specification.trainer(
      on: model, tokenizer: TokenizerReader.tokenizer(texts))
    let policy = trainer.policy
    var run = try TrainingRun(
      trainer, path: out,
      description: RunDescription(
        basePath: URL(fileURLWithPath: base).standardizedFileURL.path,
        baseHash: try folder.contentHash(with: texts), settings: specification.settings,
        version: Sigmascope.version), resuming: resume)
    let view = TrainingLine(
      isQuiet: quiet, steps: steps, from: trainer.stepCount,
      title:
        "\(policy.choice.name), \(policy.trainedCount) of \(model.layout.parameterCount) parameters"
    )
    let analyzer = live.map { PolicyAnalyzer(options: AnalysisOptions(metrics: $0.names)) }
    try run.run(isCancelled: isCancelled) { event in
      view.update(event)
      if case .checkpoint(let step) = event, let live, let analyzer, !quiet {
        let analyses = try analyzer.analyses(of: policy, run: out, step: step)
        view.say("checkpoint \(step)  \(analyses.medians(of: live.names))")
      }
    }
    view.finish()
    if !quiet { Terminal.show("run: \(out)") }
  }

  /// The run that the options describe.
  /// - Throws: What is wrong with adapter, task or budget.
  func specification() throws -> RunSpecification {
    try RunSpecification(settings, threads: threads ?? ThreadCount.processors)
  }

  /// The settings as they were given.
  private var settings: TrainingSettings {
    var settings = TrainingSettings.default
    settings.adapter = adapter
    settings.start = start
    settings.rank = rank
    settings.alpha = alpha
    settings.dropout = dropout
    settings.sampleWithDropout = sampleWithDropout
    settings.targets = targets
    settings.outputRateFactor = outputRateFactor
    settings.targetRank = targetRank
    settings.objective = objective
    settings.clipLow = clipLow
    settings.clipHigh = clipHigh
    settings.kl = kl
    settings.entropyBonus = entropyBonus
    settings.unitRatio = unitRatio
    task.set(&settings)
    settings.steps = steps
    settings.prompts = prompts
    settings.group = group
    settings.temperature = temperature
    settings.maxLength = maxLength
    settings.stop = stop
    settings.updatesPerRollout = updatesPerRollout
    settings.miniBatches = miniBatches
    settings.dynamicSampling = dynamicSampling
    settings.overlongBuffer = overlongBuffer
    settings.learningRate = learningRate
    optimizer.set(&settings)
    settings.seed = seed
    settings.saveEvery = saveEvery
    settings.evaluateEvery = evaluateEvery
    settings.evaluationProblems = evaluationProblems
    settings.recordRollouts = recordRollouts
    return settings
  }
}
