import Adapters
import ArgumentParser
import Training

/// How the base is adapted.
struct AdapterArguments: ParsableArguments {
  @Option(
    help:
      "Another start of the method's factors, such as pissa for rslora. (default: the method's)",
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
    help: "Kinds of modules that get an adapter, such as q_proj v_proj. (default: all)")
  var targets = TrainingSettings.default.targets

  @Option(help: "LoRA+: how much faster B learns than A.")
  var outputRateFactor = TrainingSettings.default.outputRateFactor

  @Option(help: "TinyLoRA: how many numbers a vector has, which is all that is trained.")
  var vectorSize = TrainingSettings.default.vectorSize

  @Option(help: "TinyLoRA: how much modules share vectors, from 0 (none) to 1 (one for all).")
  var weightTying = TrainingSettings.default.weightTying

  @Option(help: "LoRA-Dash: how many directions of the base get a trained size.")
  var directions = TrainingSettings.default.directions

  @Option(
    help: "LoRA-Dash: after how many optimiser steps they are chosen; a tenth of a short run.")
  var preLaunch = TrainingSettings.default.preLaunch

  @Option(help: "AdaLoRA: the rank per module that is left at the end. (default: no pruning)")
  var targetRank: Int?

  func set(_ settings: inout TrainingSettings) {
    settings.start = start
    settings.rank = rank
    settings.alpha = alpha
    settings.dropout = dropout
    settings.sampleWithDropout = sampleWithDropout
    settings.targets = targets
    settings.outputRateFactor = outputRateFactor
    settings.vectorSize = vectorSize
    settings.weightTying = weightTying
    settings.directions = directions
    settings.preLaunch = preLaunch
    settings.targetRank = targetRank
  }
}
