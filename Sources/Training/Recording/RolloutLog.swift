import Checkpoints
import Documents
import Foundation

/// `rollouts.jsonl` of a run: what each step learnt from, to read the answers or to repeat the steps elsewhere.
///
/// One line per step: `step`, `group` (answers per problem), `temperature`, `prompts` (tokens), `completions`
/// (tokens, group after group), `log_probabilities` (of each token under the policy that sampled) and
/// `rewards`.
struct RolloutLog {
  static let fileName = "rollouts.jsonl"
  private let path: String
  private let handle: FileHandle

  /// Opens the log in the folder of a run, keeping the complete lines up to a step.
  init(folder: String, keepingThrough step: Int) throws {
    path = "\(folder)/\(Self.fileName)"
    try AtomicFile.write(Self.lines(path: path, through: step).joined(), to: path)
    handle = try OutputError.naming(path) { [path] in
      let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      try handle.seekToEnd()
      return handle
    }
  }

  func append(_ rollout: Rollout, step: Int, temperature: Double) throws {
    let line = JSONValue.record([
      "step": .integer(step), "group": .integer(rollout.groupSize),
      "temperature": .double(temperature),
      "prompts": .array(rollout.prompts.map(JSONValue.tokens)),
      "completions": .array(rollout.completions.map { .tokens($0.tokens) }),
      "log_probabilities": .array(
        rollout.completions.map { .array($0.logProbabilities.map(JSONValue.double)) }),
      "rewards": .array(rollout.rewards.map(JSONValue.double)),
    ]).line
    try OutputError.naming(path) { try handle.write(contentsOf: Data(line.utf8)) }
  }

  private static func lines(path: String, through last: Int) throws(TextFile.Fault) -> [String] {
    let bytes = try TextFile.bytes(ifAt: path) ?? []
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
      let value = try? JSONValue(parsing: Array(line.utf8), dialect: .python)
      guard let step = value?["step"]?.integer, step <= last else { return nil }
      return line + "\n"
    }
  }
}

extension JSONValue {
  fileprivate static func tokens(_ tokens: [Int32]) -> JSONValue {
    .array(tokens.map { .integer(Int($0)) })
  }
}
