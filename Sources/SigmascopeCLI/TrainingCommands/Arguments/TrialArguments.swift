import ArgumentParser
import Training

/// How every run of several starts is trained: what does not depend on start, rate and seed.
struct TrialArguments: ParsableArguments {
  @OptionGroup(title: "Task") var task: TaskArguments

  @OptionGroup(title: "Adapter") var adaptation: AdapterArguments

  @OptionGroup(title: "Objective") var objective: ObjectiveArguments

  @OptionGroup(title: "Rollouts") var rollouts: RolloutArguments

  @OptionGroup(title: "Optimiser") var optimizer: OptimizerArguments

  /// The settings of a run that starts so.
  func settings(adapter: String, seed: Int, steps: Int) -> TrainingSettings {
    var settings = TrainingSettings.default
    settings.adapter = adapter
    settings.seed = UInt64(seed)
    settings.steps = steps
    task.set(&settings)
    adaptation.set(&settings)
    objective.set(&settings)
    rollouts.set(&settings)
    optimizer.set(&settings)
    return settings
  }
}
