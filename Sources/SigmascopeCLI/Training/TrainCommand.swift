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
        sigmascope train --base base --adapter pissa --out runs/pissa
        sigmascope train --base base --adapter lora --rank 4 --objective grpo \\
          --learning-rate 3e-3 --steps 200 --out runs/lora
        sigmascope train --config run.toml --out runs/again --resume
      """)

  @Option(help: "The base: a Hugging Face folder of a Llama, Qwen2 or Gemma 3 decoder.")
  var base: String?

  @Option(name: [.short, .long], help: "The folder of the run.")
  var out: String?

  @Option(
    help: ArgumentHelp(
      "Method, or start of LoRA: \(AdapterChoice.keys.joined(separator: ", ")).",
      valueName: "key"))
  var adapter = "lora"

  @Option(help: "Another start of the method's factors, such as pissa for rslora.")
  var start: String?

  @Option(help: "The rank of the adapters.")
  var rank = 8

  @Option(help: "Alpha: the update is scaled by alpha/rank.")
  var alpha = 16.0

  @Option(help: "The share of inputs that the adapter path drops.")
  var dropout = 0.0

  @Flag(help: "Draw answers with the masks of dropout that they are then learnt from with.")
  var sampleWithDropout = false

  @Option(
    parsing: .upToNextOption,
    help: "Kinds of modules that get an adapter, such as q_proj v_proj; all by default.")
  var targets: [String] = []

  @Option(help: "LoRA+: how much faster B learns than A.")
  var outputRateFactor = 16.0

  @Option(help: "AdaLoRA: the rank per module that is left at the end; no pruning without it.")
  var targetRank: Int?

  @Option(
    help: ArgumentHelp(
      "What is minimised: \(PolicyObjectiveRegistry.all.map { $0.name }.joined(separator: ", ")), "
        + "or sft for demonstrations.", valueName: "name"))
  var objective = "dapo"

  @Option(help: "How far the ratio may fall below 1.")
  var clipLow: Double?

  @Option(help: "How far the ratio may rise above 1; CISPO's cap.")
  var clipHigh: Double?

  @Option(help: "β of the divergence from the base.")
  var kl = 0.0

  @Option(help: "What the entropy of tokens is rewarded with.")
  var entropyBonus = 0.0

  @Flag(help: "Take every importance ratio to be 1.")
  var unitRatio = false

  @OptionGroup(title: "Task") var task: TaskArguments

  @Option(help: "Optimiser steps' worth of rollouts.")
  var steps = 100

  @Option(help: "Problems a step.")
  var prompts = 32

  @Option(help: "Answers a problem.")
  var group = 8

  @Option(help: "The temperature that answers are drawn at.")
  var temperature = 1.0

  @Option(help: "The most tokens of an answer; the task's own by default.")
  var maxLength: Int?

  @Option(help: "A text of one token that ends an answer, such as \\n; the model's end by default.")
  var stop: String?

  @Option(help: "How many times a step's answers are learnt from.")
  var updatesPerRollout = 1

  @Option(help: "Into how many optimiser steps a step's answers are divided.")
  var miniBatches = 1

  @Option(help: "How often problems that teach nothing are drawn anew.")
  var dynamicSampling = 0

  @Option(help: "Answers that come within so many tokens of the limit lose up to 1.")
  var overlongBuffer = 0

  @Option(name: [.customShort("l"), .long], help: "The peak learning rate.")
  var learningRate = 1e-3

  @OptionGroup(title: "Optimiser") var optimizer: OptimizerArguments

  @Option(help: "The same seed gives the same run, bit for bit, on any number of threads.")
  var seed: UInt64 = 0

  @Option(help: "A checkpoint every so many steps; also at 0, 1, 2, 5, 10 and the end.")
  var saveEvery = 20

  @Option(help: "Held-out problems every so many steps; 0 for never.")
  var evaluateEvery = 20

  @Option(help: "How many held-out problems.")
  var evaluationProblems = 256

  @Flag(help: "Keep prompts, answers, log-probabilities and rewards of every step: rollouts.jsonl.")
  var recordRollouts = false

  @Option(help: "How many processors work at once.")
  var threads: Int?

  @Option(
    help: "Metrics of the weight updates to print at each checkpoint: medians over matrices.",
    transform: MetricList.init(argument:))
  var live: MetricList?

  @Flag(help: "Go on from the last checkpoint of the run.")
  var resume = false

  @Option(help: "A TOML file of these options by their long names; the command line wins.")
  var config: String?

  @Flag(name: [.short, .long], help: "Print nothing but errors.")
  var quiet = false

  func validate() throws {
    guard base != nil else { throw ValidationError("Give the base model with --base.") }
    guard out != nil else { throw ValidationError("Give the folder of the run with --out.") }
    let counts = [
      ("--rank", rank), ("--steps", steps), ("--prompts", prompts), ("--group", group),
      ("--updates-per-rollout", updatesPerRollout), ("--mini-batches", miniBatches),
      ("--evaluation-problems", evaluationProblems), ("--threads", threads ?? 1),
      ("--max-length", maxLength ?? 1), ("--target-rank", targetRank ?? 1),
    ]
    for (name, count) in counts where count < 1 {
      throw ValidationError("\(name) must be at least 1.")
    }
    guard seed <= UInt64(Int.max) else {
      throw ValidationError("--seed must be at most \(Int.max).")
    }
    guard (0..<1).contains(dropout) else {
      throw ValidationError("--dropout must lie in [0, 1).")
    }
    guard !sampleWithDropout || dropout > 0 else {
      throw ValidationError("--sample-with-dropout needs a --dropout above 0.")
    }
    guard learningRate > 0, learningRate.isFinite, temperature > 0, alpha > 0, alpha.isFinite else {
      throw ValidationError("--learning-rate, --temperature and --alpha must be positive.")
    }
    guard objective == "sft" || PolicyObjectiveRegistry.find(objective) != nil else {
      throw ValidationError(
        "--objective '\(objective)' is none of "
          + "\((PolicyObjectiveRegistry.all.map { $0.name } + ["sft"]).joined(separator: ", ")).")
    }
  }

  func run() async throws {
    let command = self
    try await Interruption.cancelling { try command.train { Task.isCancelled } }
  }

  private func train(isCancelled: () -> Bool) throws {
    guard let base, let out else { return }
    let specification = try specification()
    let model = try DecoderModel<Float>(reading: ModelFolder(path: base))
    let trainer = try specification.trainer(
      on: model, tokenizer: TokenizerReader.tokenizer(in: base))
    let policy = trainer.policy
    var run = try TrainingRun(
      trainer, path: out,
      description: RunDescription(
        basePath: URL(fileURLWithPath: base).standardizedFileURL.path, task: task.task,
        settings: specification.settings, version: Sigmascope.version), resuming: resume)
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
    if !quiet { print("run: \(out)") }
  }

  /// The run that the options describe.
  /// - Throws: What is wrong with adapter, task or budget.
  func specification() throws -> RunSpecification {
    RunSpecification(
      choice: try AdapterChoice(parsing: adapter, start: start), adapter: try adapterOptions(),
      targets: TargetModules(targets), task: try task.make(),
      stop: stop?.replacing("\\n", with: "\n"), options: runOptions, settings: settings)
  }

  private var runOptions: RunOptions {
    let objectiveOptions = ObjectiveOptions(
      clipLow: clipLow, clipHigh: clipHigh, divergenceCoefficient: kl,
      entropyCoefficient: entropyBonus, forcesUnitRatio: unitRatio)
    return RunOptions(
      signal: objective == "sft"
        ? .demonstrations : .rewards(objective: objective, objectiveOptions),
      steps: steps, prompts: prompts, group: group, temperature: temperature,
      samplesWithDropout: sampleWithDropout, maximumLength: maxLength,
      updatesPerRollout: updatesPerRollout, miniBatches: miniBatches,
      dynamicSamplingTries: dynamicSampling, overlongBuffer: overlongBuffer,
      learningRate: learningRate,
      schedule: optimizer.schedule(usual: .constant, warmup: 5, steps: steps),
      optimizer: optimizer.choice(beta2: 0.999, decay: 0), clipNorm: optimizer.clipNorm,
      seed: seed, saveEvery: saveEvery, evaluateEvery: evaluateEvery,
      evaluationProblems: evaluationProblems, recordsRollouts: recordRollouts,
      threads: threads ?? ThreadCount.processors)
  }

  private func adapterOptions() throws -> AdapterOptions {
    AdapterOptions(
      rank: rank, alpha: alpha, dropout: dropout, outputRateFactor: outputRateFactor,
      budget: try targetRank.map { target in
        // The budget counts steps of the optimiser. Importance is gathered over the first tenth, and
        // the last fifth trains what is left.
        let total = steps * updatesPerRollout * min(miniBatches, prompts)
        return try AdaLoRASchedule(
          targetRank: target, initialSteps: total / 10, finalSteps: total / 5, interval: 1,
          totalSteps: total)
      })
  }

  /// The options as they took effect, for `run.json`; what does not change the numbers is left out.
  private var settings: [String: JSONValue] {
    [
      "adapter": .string(adapter), "start": start.map { .string($0) } ?? .null,
      "rank": .integer(rank), "alpha": .number(alpha), "dropout": .number(dropout),
      "sample-with-dropout": .bool(sampleWithDropout),
      "targets": .array(targets.map { .string($0) }),
      "output-rate-factor": .number(outputRateFactor),
      "target-rank": targetRank.map { .integer($0) } ?? .null, "objective": .string(objective),
      "clip-low": clipLow.map { .number($0) } ?? .null,
      "clip-high": clipHigh.map { .number($0) } ?? .null, "kl": .number(kl),
      "entropy-bonus": .number(entropyBonus), "unit-ratio": .bool(unitRatio),
      "task": .string(task.task), "task-option": .array(task.settings.map { .string($0) }),
      "steps": .integer(steps), "prompts": .integer(prompts), "group": .integer(group),
      "temperature": .number(temperature), "max-length": maxLength.map { .integer($0) } ?? .null,
      "stop": stop.map { .string($0) } ?? .null,
      "updates-per-rollout": .integer(updatesPerRollout), "mini-batches": .integer(miniBatches),
      "dynamic-sampling": .integer(dynamicSampling), "overlong-buffer": .integer(overlongBuffer),
      "learning-rate": .number(learningRate), "optimizer": .string(optimizer.optimizer.rawValue),
      "beta1": .number(optimizer.beta1), "beta2": optimizer.beta2.map { .number($0) } ?? .null,
      "weight-decay": optimizer.weightDecay.map { .number($0) } ?? .null,
      "clip-norm": .number(optimizer.clipNorm),
      "schedule": (optimizer.schedule?.rawValue).map { .string($0) } ?? .null,
      "warmup": optimizer.warmup.map { .integer($0) } ?? .null,
      "seed": .integer(Int(clamping: seed)), "evaluate-every": .integer(evaluateEvery),
      "evaluation-problems": .integer(evaluationProblems), "save-every": .integer(saveEvery),
    ]
  }
}
