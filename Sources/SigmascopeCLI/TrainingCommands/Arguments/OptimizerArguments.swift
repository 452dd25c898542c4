public import ArgumentParser
public import Training

extension TrainingSettings.OptimizerName: ExpressibleByArgument {}
extension TrainingSettings.ScheduleName: ExpressibleByArgument {}

/// How parameters are moved by their gradients.
struct OptimizerArguments: ParsableArguments {
  @Option(help: "The optimiser.")
  var optimizer = TrainingSettings.default.optimizer

  @Option(help: "The first β of AdamW, or the momentum of the others.")
  var beta1 = TrainingSettings.default.beta1

  @Option(
    help: "The second β of AdamW. (default: \(TrainingSettings.usualBeta2); of pretrain 0.98)")
  var beta2: Double?

  @Option(
    help:
      "Decoupled weight decay of matrices. (default: \(TrainingSettings.usualWeightDecay); of pretrain 0.1)"
  )
  var weightDecay: Double?

  @Option(help: "The norm that gradients are clipped to.")
  var clipNorm = TrainingSettings.default.clipNorm

  @Option(
    help:
      "The learning rate over steps. (default: \(TrainingSettings.usualSchedule.rawValue); of pretrain cosine)"
  )
  var schedule: TrainingSettings.ScheduleName?

  @Option(
    help:
      "Steps over which the learning rate grows from zero. (default: \(TrainingSettings.usualWarmup); of pretrain 100)"
  )
  var warmup: Int?

  func validate() throws {
    var settings = TrainingSettings.default
    set(&settings)
    try settings.validate()
  }

  /// Sets what was given on the command line; the other settings stay as they are.
  func set(_ settings: inout TrainingSettings) {
    settings.optimizer = optimizer
    settings.beta1 = beta1
    settings.beta2 = beta2 ?? settings.beta2
    settings.weightDecay = weightDecay ?? settings.weightDecay
    settings.clipNorm = clipNorm
    settings.schedule = schedule ?? settings.schedule
    settings.warmup = warmup ?? settings.warmup
  }
}

extension TrainingSettings {
  /// Checks the values, and reports errors as the parser of the command line does.
  func validate() throws {
    do { try check() } catch { throw ValidationError("\(error).") }
  }
}
