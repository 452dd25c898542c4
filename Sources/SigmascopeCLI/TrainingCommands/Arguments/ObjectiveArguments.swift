import ArgumentParser
import Training

/// What is minimised.
struct ObjectiveArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What is minimised: \(PolicyObjectiveRegistry.all.map { $0.name }.joined(separator: ", ")), "
        + "or sft for demonstrations.", valueName: "name"),
    completion: .list(PolicyObjectiveRegistry.all.map { $0.name } + ["sft"]))
  var objective = TrainingSettings.default.objective

  @Option(help: "How far the importance ratio may fall below 1. (default: the objective's)")
  var clipLow: Double?

  @Option(help: "How far it may rise above 1; CISPO's cap. (default: the objective's)")
  var clipHigh: Double?

  @Option(help: "β of the divergence from the base.")
  var kl = TrainingSettings.default.kl

  @Option(help: "What the entropy of tokens is rewarded with.")
  var entropyBonus = TrainingSettings.default.entropyBonus

  @Flag(help: "Take every importance ratio to be 1, as if answers were always drawn anew.")
  var unitRatio = TrainingSettings.default.unitRatio

  func set(_ settings: inout TrainingSettings) {
    settings.objective = objective
    settings.clipLow = clipLow
    settings.clipHigh = clipHigh
    settings.kl = kl
    settings.entropyBonus = entropyBonus
    settings.unitRatio = unitRatio
  }
}
