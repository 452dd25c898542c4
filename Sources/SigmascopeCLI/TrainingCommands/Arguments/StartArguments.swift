import Adapters
import ArgumentParser

/// Which starts are tried, beside which one, and with which seeds.
struct StartArguments: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Methods, or starts of LoRA: \(AdapterChoice.keys.joined(separator: ", ")).", valueName: "key"
    ),
    completion: .list(AdapterChoice.keys))
  var adapter = ["lora", "dora", "pissa", "milora", "rlpo", "full"]

  @Option(help: "The start that others are compared with. (default: the first)")
  var baseline: String?

  @Option(parsing: .upToNextOption, help: "Each start is tried with each of these seeds.")
  var seeds = [0, 1, 2]

  @Option(help: "How many run at once, one thread each. (default: the processors)")
  var jobs: Int?

  func validate() throws {
    if jobs ?? 1 < 1 { throw ValidationError("--jobs must be at least 1.") }
    guard !adapter.isEmpty, Set(adapter).count == adapter.count else {
      throw ValidationError("--adapter must name different methods.")
    }
    if let baseline, !adapter.contains(baseline) {
      throw ValidationError("--baseline must be one of --adapter.")
    }
    try SeedList.validate(seeds)
  }
}
