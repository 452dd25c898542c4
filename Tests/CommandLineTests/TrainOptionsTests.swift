import Foundation
import Testing

/// The options of `train`, its configuration files and what `run.json` says are one list.
@Suite("Options of train") struct TrainOptionsTests {
  private let scratch: Scratch
  private static let base = Fixtures.package
    .appendingPathComponent("notebooks-data/base-scratchpad").path

  init() throws { scratch = try Scratch() }

  /// Options of where and how a run is carried out; they change none of its numbers.
  private static let outside: Set<String> = ["base", "out", "threads", "live", "quiet"]
  /// Options that no configuration file has.
  private static let typed: Set<String> = ["config", "resume", "mix-kernels", "help", "version"]

  /// Every long option, as the program describes itself to other programs.
  private func longOptions() async throws -> Set<String> {
    let outcome = try await scratch.run("train", "--experimental-dump-help")
    let object = try JSONSerialization.jsonObject(with: Data(outcome.standardOutput.utf8))
    let command = try #require((object as? [String: Any])?["command"] as? [String: Any])
    let arguments = try #require(command["arguments"] as? [[String: Any]])
    let names = arguments.flatMap { $0["names"] as? [[String: String]] ?? [] }
    return Set(names.filter { $0["kind"] == "long" }.compactMap { $0["name"] })
  }

  private func settings(_ run: String) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(
      with: Data(contentsOf: scratch.url("\(run)/run.json")))
    return try #require((object as? [String: Any])?["settings"] as? [String: Any])
  }

  private func train(_ out: String, _ options: String...) async throws -> Sigmascope.Outcome {
    try await scratch.run(["train", "--base", Self.base, "--out", out, "--quiet"] + options)
  }

  @Test func `run.json holds every option that chooses what a run is`() async throws {
    let outcome = try await train("run", "--steps", "1", "--prompts", "2", "--evaluate-every", "0")
    try #require(outcome.status == 0, "\(outcome.standardError)")
    let options = try await longOptions().subtracting(Self.typed)
    #expect(try Set(settings("run").keys) == options.subtracting(Self.outside))
    #expect(options.isSuperset(of: Self.outside))
    let text = try String(contentsOf: scratch.url("run/run.json"), encoding: .utf8)
    #expect(text.contains(/"base_hash" : "[0-9a-f]{32}"/))
  }

  @Test func `a configuration takes every long option and no other key`() async throws {
    for name in try await longOptions() {
      try scratch.write("run.toml", text: "\(name) = {}\n")
      let outcome = try await train("run", "--config", "run.toml")
      #expect(outcome.status == 65)
      let known = outcome.standardError.contains("is not a number, text, flag or list")
      #expect(known == !Self.typed.contains(name), "\(name): \(outcome.standardError)")
    }
  }

  @Test(arguments: [
    ("lr", "learning-rate"), ("learning_rate", "learning-rate"), ("dropuot", "dropout"),
  ])
  func `a foreign or misspelt key of a configuration is told with ours`(
    key: String, meant: String
  ) async throws {
    try scratch.write("run.toml", text: "\(key) = 1\n")
    let outcome = try await train("run", "--config", "run.toml")
    #expect(outcome.status == 65)
    #expect(
      outcome.standardError.contains("did you mean '\(meant)'?"), "\(outcome.standardError)")
  }

  @Test func `the settings of run.json are a configuration of the same run`() async throws {
    let first = try await train(
      "first", "--steps", "3", "--prompts", "4", "--group", "3", "--evaluate-every", "0",
      "--adapter", "milora", "--objective", "gspo", "--schedule", "cosine", "--dropout", "0.1",
      "--sample-with-dropout", "--targets", "q_proj", "v_proj", "--task-option", "digits=3",
      "--record-rollouts", "--recomputed-ratio", "--merge-cycle", "bfloat16", "--storage",
      "base-bfloat16")
    try #require(first.status == 0, "\(first.standardError)")
    let lines = try settings("first").compactMap { key, value -> String? in
      guard !(value is NSNull), (value as? [Any])?.isEmpty != true else { return nil }
      let text = try JSONSerialization.data(withJSONObject: value, options: .fragmentsAllowed)
      return "\(key) = \(String(decoding: text, as: UTF8.self))"
    }
    try scratch.write("run.toml", text: lines.joined(separator: "\n"))
    let second = try await train("second", "--config", "run.toml")
    try #require(second.status == 0, "\(second.standardError)")
    for file in ["run.json", "rollouts.jsonl", "checkpoint-3/adapter_model.safetensors"] {
      #expect(
        try Data(contentsOf: scratch.url("first/\(file)"))
          == Data(contentsOf: scratch.url("second/\(file)")), "\(file)")
    }
  }

  @Test func `a run goes on with the defaults written out, but not with another base`() async throws
  {
    try FileManager.default.copyItem(atPath: Self.base, toPath: scratch.path("base"))
    let options = [
      "train", "--base", "base", "--out", "run", "--steps", "2", "--prompts", "2",
      "--evaluate-every", "0", "--quiet",
    ]
    let first = try await scratch.run(options)
    try #require(first.status == 0, "\(first.standardError)")
    let again = try await scratch.run(
      options + [
        "--resume", "--threads", "1", "--schedule", "constant", "--warmup", "5", "--clip-low",
        "0.2", "--clip-high", "0.28", "--beta2", "0.999", "--weight-decay", "0",
      ])
    #expect(again.status == 0, "\(again.standardError)")
    var weights = try Data(contentsOf: scratch.url("base/model.safetensors"))
    weights[weights.endIndex - 1] ^= 1
    try weights.write(to: scratch.url("base/model.safetensors"))
    let other = try await scratch.run(options + ["--resume"])
    #expect(other.status == 65 && other.errorLines.count == 1, "\(other.standardError)")
    #expect(other.standardError.contains("other weights"))
  }

  @Test func `a base that moved is the same, one with another configuration is not`() async throws {
    try FileManager.default.copyItem(atPath: Self.base, toPath: scratch.path("base"))
    let options = [
      "train", "--out", "run", "--steps", "2", "--prompts", "2", "--evaluate-every", "0", "--quiet",
    ]
    let first = try await scratch.run(options + ["--base", "base"])
    try #require(first.status == 0, "\(first.standardError)")
    try FileManager.default.moveItem(atPath: scratch.path("base"), toPath: scratch.path("moved"))
    let moved = try await scratch.run(options + ["--base", "moved", "--resume"])
    #expect(moved.status == 0, "\(moved.standardError)")
    let url = scratch.url("moved/config.json")
    let text = try String(contentsOf: url, encoding: .utf8)
    try scratch.write("moved/config.json", text: text + " ")
    let other = try await scratch.run(options + ["--base", "moved", "--resume"])
    #expect(other.status == 65 && other.errorLines.count == 1, "\(other.standardError)")
  }

  @Test func `the run.json of an older version is refused, not continued`() async throws {
    let first = try await train("run", "--steps", "2", "--prompts", "2", "--evaluate-every", "0")
    try #require(first.status == 0, "\(first.standardError)")
    // Versions before this one kept neither the hash nor what took effect.
    let url = scratch.url("run/run.json")
    let text = try String(contentsOf: url, encoding: .utf8)
      .replacing(/"base_hash" : "[0-9a-f]+"/, with: #""base_hash" : null"#)
      .replacing(#""schedule" : "constant""#, with: #""schedule" : null"#)
    try scratch.write("run/run.json", text: text)
    let outcome = try await train(
      "run", "--steps", "2", "--prompts", "2", "--evaluate-every", "0", "--resume")
    #expect(outcome.status == 65 && outcome.errorLines.count == 1, "\(outcome.standardError)")
    #expect(outcome.standardError.contains("older version"))
  }

  @Test func `an optimiser that needs all weights is refused for others`() async throws {
    let outcome = try await scratch.run(
      "train", "--base", "scratchpad", "--optimizer", "gasd", "--out", "run")
    #expect(outcome.status == 65 && outcome.errorLines.count == 1)
    #expect(outcome.standardError.contains("--adapter full") && !scratch.exists("run"))
  }

  @Test(arguments: ["--kl", "--entropy-bonus", "--clip-norm", "--clip-high", "--weight-decay"])
  func `an infinite number is an error of usage`(option: String) async throws {
    let outcome = try await train("run", option, "inf")
    #expect(outcome.status == 64, "\(outcome.standardError)")
    #expect(outcome.standardError.contains("\(option) must be a finite number"))
    #expect(!scratch.exists("run"))
  }

  @Test(arguments: [
    ["train", "--base", "scratchpad", "--kl=-1"], ["pretrain", "--until=-1"],
    ["pretrain", "--until", "2"],
  ])
  func `a number that would undo what is learnt is an error of usage`(
    arguments: [String]
  ) async throws {
    let outcome = try await scratch.run(arguments + ["--out", "run"])
    #expect(outcome.status == 64, "\(outcome.standardError)")
    #expect(
      outcome.standardError.contains("--kl must") || outcome.standardError.contains("--until must"))
    #expect(!scratch.exists("run"))
  }
}
