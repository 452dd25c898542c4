import Adapters
import ArgumentParser
import Training

/// What every run needs to be told, and what is told of most: these stand first in the help.
struct RunArguments: ParsableArguments {
  @Option(
    help: """
      The base: a Hugging Face folder of a Llama, Qwen2 or Gemma 3 decoder, or scratchpad for the small \
      base inside the program.
      """, completion: .directory)
  var base: String?

  @Option(name: [.short, .long], help: "The folder of the run.", completion: .directory)
  var out: String?

  @Option(
    help: ArgumentHelp(
      "Method, or start of LoRA: \(AdapterChoice.keys.joined(separator: ", ")).",
      valueName: "key"), completion: .list(AdapterChoice.keys))
  var adapter = TrainingSettings.default.adapter

  @Option(name: [.customShort("l"), .long], help: "The peak learning rate.")
  var learningRate = TrainingSettings.default.learningRate

  @Option(help: "Training steps: each draws answers and learns from them.")
  var steps = TrainingSettings.default.steps

  @Option(help: "The same seed gives the same run, bit for bit, on any number of threads.")
  var seed = TrainingSettings.default.seed

  @Option(
    help: "A TOML file of these options by their long names; the command line wins.",
    completion: .file(extensions: ["toml"]))
  var config: String?

  func set(_ settings: inout TrainingSettings) {
    settings.adapter = adapter
    settings.learningRate = learningRate
    settings.steps = steps
    settings.seed = seed
  }
}
