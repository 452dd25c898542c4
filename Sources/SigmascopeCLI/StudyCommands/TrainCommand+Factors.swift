import Adapters
import Studies
import Training

extension TrainCommand {
  /// What the options choose, as studies compare it.
  func factors() throws -> Factors {
    Factors(
      adapter: try specification().choice.name, learningRate: learningRate, rank: rank,
      scale: alpha / Double(rank), dropout: dropout, samplesWithDropout: sampleWithDropout,
      forcesUnitRatio: unitRatio, objective: objective, batch: prompts * group,
      targets: targets.sorted(), task: task.task, steps: steps)
  }
}
