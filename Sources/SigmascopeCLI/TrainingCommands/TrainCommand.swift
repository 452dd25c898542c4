import Adapters
import ArgumentParser
import Checkpoints
import Diagnosis
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
        sigmascope train --base scratchpad --objective ppo --value-heads 4 \\
          --critic-curiosity 0.5 --out runs/ppo
        sigmascope train --config run.toml --out runs/again --resume
      """)

  @OptionGroup(title: "Run") var basics: RunArguments

  @OptionGroup(title: "Task") var task: TaskArguments

  @OptionGroup(title: "Adapter") var adaptation: AdapterArguments

  @OptionGroup(title: "Objective") var objective: ObjectiveArguments

  @OptionGroup(title: "Curiosity and values") var values: ValueArguments

  @OptionGroup(title: "Rollouts") var rollouts: RolloutArguments

  @OptionGroup(title: "Optimiser") var optimizer: OptimizerArguments

  @OptionGroup(title: "What other training programs do") var stack: StackArguments

  @OptionGroup(title: "Recording") var recording: RecordingArguments

  @OptionGroup var resumption: ResumeArguments

  @Option(help: "How many processors work at once. (default: all)")
  var threads: Int?

  @Flag(name: [.short, .long], help: "Print nothing but errors.")
  var quiet = false

  func validate() throws {
    guard basics.base != nil else {
      throw ValidationError(
        "Give the base model with --base: a folder, or \(EmbeddedBase.name) for the small base inside the program."
      )
    }
    guard basics.out != nil else { throw ValidationError("Give the folder of the run with --out.") }
    guard threads ?? 1 >= 1 else { throw ValidationError("--threads must be at least 1.") }
    try settings.validate()
  }

  func run() async throws {
    let command = self
    try await Interruption.cancelling { try command.train { Task.isCancelled } }
  }

  private func train(isCancelled: () -> Bool) throws {
    guard let base = try basics.base.map({ try EmbeddedBase.resolve($0) }), let out = basics.out
    else { return }
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
        version: Sigmascope.version), resuming: resumption.resume,
      mixingKernels: resumption.mixKernels)
    let view = TrainingLine(
      isQuiet: quiet, steps: basics.steps, from: trainer.stepCount,
      title:
        "\(policy.choice.name), \(policy.trainedCount) of \(model.layout.parameterCount) parameters"
    )
    let analyzer = recording.live.map {
      PolicyAnalyzer(options: AnalysisOptions(metrics: $0.names))
    }
    var standing = RateStanding(of: specification.settings)
    try run.run(isCancelled: isCancelled) { event in
      view.update(event)
      if case .step(let record) = event, let sentence = standing?.sentence(after: record) {
        view.say(sentence)
      }
      if case .checkpoint(let step) = event, let live = recording.live, let analyzer, !quiet {
        let analyses = try analyzer.analyses(of: policy, run: out, step: step)
        view.say("checkpoint \(step)  \(analyses.medians(of: live.names))")
      }
    }
    if !quiet { try showEnd(of: out) }
  }

  /// Says what came of the run, and what to do next.
  private func showEnd(of out: String) throws {
    guard let run = try Discovery.runs(at: out).first else { return }
    let log = TrainingLog(run.history)
    let verdict = Verdict(
      of: ExaminedRun(
        settings: RunSettings(of: run, nil, log: log), log: log,
        checkpoints: run.savedSteps), topCount: 0)
    if verdict.outcome != nil {
      Terminal.show(verdict.headline, coloring: verdict.headline.count, verdict.status.ink)
    }
    for symptom in verdict.symptoms {
      if !verdict.headline.contains(symptom.evidence) { Terminal.show("  \(symptom.evidence)") }
      Terminal.show("  Do: \(symptom.advice)")
    }
    Terminal.show("run: \(out)")
    Terminal.show("next: \(OwnCommand.text(of: ["analyze", out]))")
  }

  /// The run that the options describe.
  /// - Throws: What is wrong with adapter, task or budget.
  func specification() throws -> RunSpecification {
    var specification = try RunSpecification(settings, threads: threads ?? ThreadCount.processors)
    specification.options.measuresDivergence = true
    return specification
  }

  /// The settings as they were given.
  private var settings: TrainingSettings {
    var settings = TrainingSettings.default
    basics.set(&settings)
    task.set(&settings)
    adaptation.set(&settings)
    objective.set(&settings)
    values.set(&settings)
    rollouts.set(&settings)
    optimizer.set(&settings)
    stack.set(&settings)
    recording.set(&settings)
    return settings
  }
}
