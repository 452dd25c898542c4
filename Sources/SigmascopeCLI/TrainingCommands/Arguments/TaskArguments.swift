import ArgumentParser
import Training

/// Which task, and its settings.
struct TaskArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The task: \(TaskRegistry.all.map { $0.name }.joined(separator: ", ")).", valueName: "name"),
    completion: .list(TaskRegistry.all.map { $0.name }))
  var task = TrainingSettings.default.task

  @Option(
    name: .customLong("task-option"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "Settings of the task, such as digits=3: \(TaskOptions.names.joined(separator: ", ")).",
      valueName: "name=value"), completion: .list(TaskOptions.names.map { "\($0)=" }))
  var settings = TrainingSettings.default.taskOption

  func set(_ settings: inout TrainingSettings) {
    settings.task = task
    settings.taskOption = self.settings
  }
}
