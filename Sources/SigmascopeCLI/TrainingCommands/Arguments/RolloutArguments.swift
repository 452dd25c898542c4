import ArgumentParser
import Training

/// How answers are drawn, and how often they are learnt from.
struct RolloutArguments: ParsableArguments {
  @Option(help: "Problems a step.")
  var prompts = TrainingSettings.default.prompts

  @Option(help: "Answers a problem.")
  var group = TrainingSettings.default.group

  @Option(help: "The temperature that answers are drawn at.")
  var temperature = TrainingSettings.default.temperature

  @Option(help: "The most tokens of an answer. (default: the task's)")
  var maxLength: Int?

  @Option(help: "A text of one token that ends an answer, such as \\n. (default: the model's)")
  var stop: String?

  @Option(help: "How many times a step's answers are learnt from.")
  var updatesPerRollout = TrainingSettings.default.updatesPerRollout

  @Option(help: "Into how many optimiser steps a step's answers are divided.")
  var miniBatches = TrainingSettings.default.miniBatches

  @Option(
    help:
      "How often groups whose answers all have one reward are drawn anew (DAPO's dynamic sampling)."
  )
  var dynamicSampling = TrainingSettings.default.dynamicSampling

  @Option(
    help:
      "The zone before --max-length, in tokens, in which answers lose up to 1 (DAPO's overlong shaping)."
  )
  var overlongBuffer = TrainingSettings.default.overlongBuffer

  func set(_ settings: inout TrainingSettings) {
    settings.prompts = prompts
    settings.group = group
    settings.temperature = temperature
    settings.maxLength = maxLength
    settings.stop = stop
    settings.updatesPerRollout = updatesPerRollout
    settings.miniBatches = miniBatches
    settings.dynamicSampling = dynamicSampling
    settings.overlongBuffer = overlongBuffer
  }
}
