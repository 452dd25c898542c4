import Adapters
public import Documents

/// What `run.json` says of a run: enough to make it again.
public struct RunDescription: Sendable, Equatable {
  /// The folder of the base.
  public let basePath: String
  /// The hash of the base's weights, hexadecimal.
  public let baseHash: String?
  public let task: String
  /// The settings of the run by their names on the command line, as they took effect.
  public let settings: [String: JSONValue]
  public let version: String

  public init(
    basePath: String, baseHash: String? = nil, task: String,
    settings: [String: JSONValue], version: String
  ) {
    self.basePath = basePath
    self.baseHash = baseHash
    self.task = task
    self.settings = settings
    self.version = version
  }

  /// The text of `run.json`.
  func text<Element>(_ trainer: Trainer<Element>) throws -> String {
    let signal: String
    switch trainer.options.signal {
    case .rewards(let objective, _): signal = objective
    case .demonstrations: signal = "sft"
    }
    return JSONValue.table([
      "program": .string("sigmascope"), "version": .string(version),
      "method": .string(trainer.policy.choice.name), "objective": .string(signal),
      "task": .string(task), "seed": .integer(Int(clamping: trainer.options.seed)),
      "base": .string(basePath), "base_hash": baseHash.map { .string($0) } ?? .null,
      "trained_parameters": .integer(trainer.policy.trainedCount),
      "learning_rate": .number(trainer.options.learningRate),
      "steps": .integer(trainer.options.steps), "settings": .table(settings),
    ]).page
  }
}
