import ArgumentParser
import Training

/// Which task, and its settings.
struct TaskArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The task: \(TaskRegistry.all.map { $0.name }.joined(separator: ", ")).", valueName: "name"),
    completion: .list(TaskRegistry.all.map { $0.name }))
  var task = "scratchpad"

  @Option(
    name: .customLong("task-option"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "Settings of the task, such as digits=3: \(TaskOptions.names.joined(separator: ", ")).",
      valueName: "name=value"), completion: .list(TaskOptions.names.map { "\($0)=" }))
  var settings: [String] = []

  /// The task with its settings.
  func make() throws -> any VerifiableTask {
    var options = TaskOptions()
    for setting in settings {
      let parts = setting.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else {
        throw ValidationError("--task-option '\(setting)' is not of the form name=value.")
      }
      try options.set(parts[0], to: parts[1])
    }
    return try TaskRegistry.task(named: task, options: options)
  }
}
