import ArgumentParser

/// Options under the names that TRL, PEFT and transformers give them. They are no options here: a name that is close to
/// one of ours may mean another thing (TRL's `--beta` is not Adam's `--beta1`). So a command line with one of them is
/// refused with our name.
enum ForeignOptions {
  /// Ours by theirs, with `-` for `_`.
  private static let names = [
    "output-dir": "--out", "output": "--out", "model": "--base", "model-name-or-path": "--base",
    "base-model": "--base", "base-model-name-or-path": "--base",
  ]

  /// Those of training.
  private static let trainingNames = [
    "lr": "--learning-rate", "lora-r": "--rank", "lora-alpha": "--alpha", "r": "--rank",
    "lora-dropout": "--dropout", "lora-target-modules": "--targets", "target-modules": "--targets",
    "init-lora-weights": "--start", "init": "--start", "max-steps": "--steps",
    "save-steps": "--save-every", "eval-steps": "--evaluate-every",
    "num-generations": "--group", "max-completion-length": "--max-length",
    "num-iterations": "--updates-per-rollout", "beta": "--kl", "kl-coef": "--kl",
    "epsilon": "--clip-low", "epsilon-high": "--clip-high", "loss-type": "--objective",
    "lr-scheduler-type": "--schedule", "warmup-steps": "--warmup", "max-grad-norm": "--clip-norm",
    "optim": "--optimizer", "adam-beta1": "--beta1", "adam-beta2": "--beta2",
    "per-device-train-batch-size": "--prompts", "dataset": "--task-option", "data": "--task-option",
  ]

  /// Those of them that pretraining has.
  private static let pretrainingNames: Set = [
    "lr", "max-steps", "lr-scheduler-type", "warmup-steps", "max-grad-norm", "optim", "adam-beta1",
    "adam-beta2", "dataset", "data",
  ]

  /// What an option of training is called here, without hyphens before it; nil for a name that is not foreign.
  static func trainingName(of name: String) -> String? {
    trainingNames[name.lowercased().replacing("_", with: "-")].map { String($0.dropFirst(2)) }
  }

  /// Refuses a foreign name.
  /// - Parameter arguments: Those of the command line, with the command first.
  static func check(_ arguments: some Sequence<String>) throws {
    let arguments = Array(arguments)
    guard let command = arguments.first else { return }
    for argument in arguments.dropFirst().prefix(while: { $0 != "--" })
    where argument.hasPrefix("--") {
      let name = argument.prefix { $0 != "=" }.dropFirst(2)
      let plain = name.lowercased().replacing("_", with: "-")
      let isOfTraining =
        command == "train" || command == "pretrain" && pretrainingNames.contains(plain)
      if let own = names[plain] ?? (isOfTraining ? trainingNames[plain] : nil) {
        throw ValidationError("'--\(name)' is called '\(own)' here.")
      }
      if name.contains("_") {
        throw ValidationError("'--\(name)' has a hyphen here: '--\(plain)'.")
      }
    }
  }
}
