import ArgumentParser
import Training

/// What is kept of a run, and shown while it trains.
struct RecordingArguments: ParsableArguments {
  @Option(help: "A checkpoint every so many steps; also at 0, 1, 2, 5, 10 and the end.")
  var saveEvery = TrainingSettings.default.saveEvery

  @Option(help: "Held-out problems every so many steps; 0 for never.")
  var evaluateEvery = TrainingSettings.default.evaluateEvery

  @Option(help: "How many held-out problems.")
  var evaluationProblems = TrainingSettings.default.evaluationProblems

  @Flag(help: "Keep prompts, answers, log-probabilities and rewards of every step: rollouts.jsonl.")
  var recordRollouts = TrainingSettings.default.recordRollouts

  @Option(
    help: "Metrics of the weight updates to print at each checkpoint: medians over matrices.",
    completion: MetricList.completion,
    transform: MetricList.init(argument:))
  var live: MetricList?

  func set(_ settings: inout TrainingSettings) {
    settings.saveEvery = saveEvery
    settings.evaluateEvery = evaluateEvery
    settings.evaluationProblems = evaluationProblems
    settings.recordRollouts = recordRollouts
  }
}
