import Adapters
import Documents
import Foundation
package import Studies
package import Training

extension Factors {
  /// The factors of a run that studies compare, taken from its settings.
  /// - Throws: `EncodingError` for a setting that is not finite.
  package init(_ specification: RunSpecification) throws {
    let settings = specification.settings
    self.init(
      adapter: specification.choice.name, learningRate: settings.learningRate, rank: settings.rank,
      scale: specification.scale, dropout: settings.dropout,
      samplesWithDropout: settings.sampleWithDropout, forcesUnitRatio: settings.unitRatio,
      objective: settings.objective, batch: settings.prompts * settings.group,
      targets: settings.targets.sorted(), task: settings.task, steps: settings.steps,
      switches: try Self.switches(of: specification))
  }

  /// Options that other factors say, and those that change no number of the training.
  private static let saidElsewhere: Set = [
    "adapter", "start", "rank", "alpha", "dropout", "sample-with-dropout", "targets", "objective",
    "unit-ratio", "task", "steps", "prompts", "group", "learning-rate", "seed", "save-every",
    "evaluate-every", "evaluation-problems", "record-rollouts",
  ]

  /// The other options that differ from their defaults, those of the method, the objective and the task included. An
  /// answer's length that the task's options ask for is usual too. An option that another one takes away, such as β₂ of AdamW, is none.
  private static func switches(of specification: RunSpecification) throws -> [String] {
    var usual = TrainingSettings.default
    usual.adapter = specification.settings.adapter
    usual.objective = specification.settings.objective
    usual.task = specification.settings.task
    let found = try specification.settings.json()
    let defaults = try usual.resolved(choice: specification.choice, task: specification.task).json()
    return TrainingSettings.names.filter { name in
      !saidElsewhere.contains(name) && found[name] != defaults[name] && found[name] != .null
    }.sorted().compactMap { name in found[name].map { "\(name) \(Self.words($0))" } }
  }

  private static func words(_ value: JSONValue) -> String {
    switch value {
    case .array(let values): values.map(words).joined(separator: " ")
    case .string(let text): text
    // A line of JSON ends with a line break.
    default: value.line.trimmingCharacters(in: .newlines)
    }
  }
}
