import ArgumentParser
import Documents

/// Options that a command does not have: those of TRL, PEFT and transformers, whose names may mean another thing here
/// (TRL's `--beta` is not Adam's `--beta1`), and misspelt ones. A command line with one of them is refused with our name.
enum ForeignOptions {
  /// Ours by theirs, with `-` for `_`; the first one that a command has.
  private static let names: [String: [String]] = [
    "output-dir": ["out"], "output": ["out"], "model": ["base"], "model-name-or-path": ["base"],
    "base-model": ["base"], "base-model-name-or-path": ["base"], "method": ["adapter"],
    "peft-type": ["adapter"], "lr": ["learning-rate", "rates"],
    "learning-rate": ["rates"], "learning-rates": ["rates"],
    "lora-r": ["rank"], "lora-alpha": ["alpha"], "r": ["rank"], "lora-dropout": ["dropout"],
    "lora-target-modules": ["targets"], "target-modules": ["targets"],
    "init-lora-weights": ["start"], "init": ["start"], "max-steps": ["steps"],
    "save-steps": ["save-every"], "eval-steps": ["evaluate-every"], "num-generations": ["group"],
    "max-completion-length": ["max-length"], "num-iterations": ["updates-per-rollout"],
    "beta": ["kl"], "kl-coef": ["kl"], "epsilon": ["clip-low"], "epsilon-high": ["clip-high"],
    "loss-type": ["objective"], "lr-scheduler-type": ["schedule"], "warmup-steps": ["warmup"],
    "max-grad-norm": ["clip-norm"], "optim": ["optimizer"], "adam-beta1": ["beta1"],
    "adam-beta2": ["beta2"], "per-device-train-batch-size": ["prompts"],
    "train-batch-size": ["prompts"], "batch-size": ["prompts", "batch"],
    "max-new-tokens": ["max-length"], "momentum": ["beta1"],
    "dataset": ["data", "task-option"], "data": ["task-option"], "seed": ["seeds"],
  ]

  /// Which of a command's options, without hyphens before them, has a foreign name; nil if none has.
  static func ownName(of name: String, among known: Set<String>) -> String? {
    names[name.lowercased().replacing("_", with: "-")]?.first(where: known.contains)
  }

  /// The option that a key of a file means under a foreign name, `lr`, or written with `_`; the key itself if it is one.
  static func option(meantBy key: String, among known: Set<String>) -> String? {
    let plain = key.lowercased().replacing("_", with: "-")
    return known.contains(plain) ? plain : ownName(of: plain, among: known)
  }

  /// Refuses an option that the command does not have.
  /// - Parameter arguments: Those of the command line, with the command first.
  static func check(_ arguments: ArraySlice<String>) throws {
    let (type, rest) = Sigmascope.command(of: arguments)
    guard let command = type else { return }
    let known = CommandOptions(of: command).names
    for argument in rest.prefix(while: { $0 != "--" }) where argument.hasPrefix("--") {
      let name = String(argument.prefix { $0 != "=" }.dropFirst(2))
      if known.contains(name) { continue }
      let plain = name.lowercased().replacing("_", with: "-")
      if let own = ownName(of: plain, among: known) {
        throw ValidationError("'--\(name)' is called '--\(own)' here.")
      }
      if known.contains(plain) {
        throw ValidationError("'--\(name)' is written '--\(plain)' here.")
      }
      let hint =
        AbsentOptions.sentence(on: plain, among: known)
        ?? NearestName.completed(plain, in: known.sorted()).map { "Did you mean '--\($0)'?" }
      throw ValidationError("Unknown option '--\(name)'." + (hint.map { " \($0)" } ?? ""))
    }
  }
}
