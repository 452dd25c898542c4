import LinearAlgebra
import Training

/// A file of problems, of which some are then drawn and answered.
enum TaskFileTarget: FuzzTarget {
  static let name = "task-file"
  static let seeds = "*.problems"

  static func read(_ input: [UInt8], in folder: FuzzFolder) throws {
    var options = TaskOptions()
    options.file = try folder.write("problems.jsonl", input)
    for rule in [AnswerRule.exact, .number, .boxed] {
      options.rule = rule
      guard let task = try? TaskRegistry.task(named: "jsonl", options: options) else { continue }
      var generator = SplitMix64(seed: 1)
      guard let problem = try? task.problem(.training, using: &generator) else { continue }
      let reward = task.reward(for: problem.answer, ended: true, to: problem)
      precondition(reward == 1, "an answer answers its own problem")
    }
  }
}
