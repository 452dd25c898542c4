import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Runs of a few steps on the embedded base.
@Suite("Training") struct TrainTests {
  private let scratch: Scratch
  private static let base = Fixtures.package
    .appendingPathComponent("notebooks-data/base-scratchpad").path

  init() throws { scratch = try Scratch() }

  private func arguments(_ out: String, _ options: String...) -> [String] {
    [
      "train", "--base", Self.base, "--task-option", "digits=3", "--steps", "12", "--prompts", "8",
      "--save-every", "3", "--evaluate-every", "6", "--evaluation-problems", "16", "--out", out,
    ] + options
  }

  /// All files of a run but the log, whose lines hold seconds.
  private func files(_ name: String) throws -> [String: Data] {
    try scratch.files(in: name).filter {
      !$0.key.hasSuffix("metrics.jsonl") && !$0.key.hasSuffix("trainer_state.json")
    }
  }

  @Test func `a run is recorded as PEFT and Trainer do`() async throws {
    let outcome = try await scratch.run(arguments("run", "--adapter", "pissa"))
    try #require(outcome.status == 0, "\(outcome.standardError)")
    for step in [0, 1, 2, 3, 5, 6, 9, 10, 12] {
      for file in [
        "adapter_config.json", "adapter_model.safetensors", "trainer_state.json",
        "training_state.safetensors",
      ] {
        #expect(scratch.exists("run/checkpoint-\(step)/\(file)"))
      }
    }
    let log = try String(contentsOf: scratch.url("run/metrics.jsonl"), encoding: .utf8)
    #expect(log.split(separator: "\n").count == 13)
    let analysis = try await scratch.run("analyze", "run", "--out", "report", "--quiet")
    #expect(analysis.status == 0, "\(analysis.standardError)")
  }

  @Test func `a file of problems that holds none out is refused before there is a folder`()
    async throws
  {
    try scratch.write("one.jsonl", text: #"{"prompt": "12+13=", "answer": "52"}"# + "\n")
    let outcome = try await scratch.run(
      "train", "--base", Self.base, "--task", "jsonl", "--task-option", "file=one.jsonl", "--out",
      "run",
      "--quiet")
    #expect(outcome.status == 65)
    #expect(outcome.standardError.contains("none is held out"), "\(outcome.standardError)")
    #expect(!scratch.exists("run"))
  }

  @Test func `the number of threads does not change a bit`() async throws {
    for threads in ["1", "2", "3"] {
      let outcome = try await scratch.run(arguments("t\(threads)", "--threads", threads))
      try #require(outcome.status == 0, "\(outcome.standardError)")
    }
    let one = try files("t1")
    #expect(try one == files("t2"))
    #expect(try one == files("t3"))
  }

  @Test(arguments: [1, 2, 3])
  func `killed at some moment, a resumed run ends as one that was not`(seed: UInt64) async throws {
    var generator = SeededGenerator(seed: seed)
    let options = ["--adapter", "dora", "--seed", "\(seed)"]
    let whole = try await scratch.run(arguments("whole") + options)
    try #require(whole.status == 0, "\(whole.standardError)")
    // Killed again and again until it ends by itself.
    var kills = 0
    while true {
      let running = try Sigmascope().start(
        arguments("stopped", "--resume") + options, in: scratch.folder)
      if kills < 4 {
        try await Task.sleep(for: .milliseconds(Int.random(in: 20...400, using: &generator)))
        running.send(SIGKILL)
      }
      await running.ended()
      if !running.wasKilled {
        let said = try running.standardError()
        try #require(running.status == 0, "\(said)")
        break
      }
      kills += 1
    }
    let (expected, found) = (try files("whole"), try files("stopped"))
    #expect(found.keys.sorted() == expected.keys.sorted())
    #expect(found.filter { expected[$0.key] != $0.value }.keys.sorted() == [])
  }

  @Test func `a run that is there is not started over`() async throws {
    _ = try await scratch.run(arguments("run"))
    let again = try await scratch.run(arguments("run"))
    #expect(again.status == 65 && again.errorLines.count == 1)
    #expect(again.standardError.contains("--resume"))
    let other = try await scratch.run(arguments("run", "--resume", "--rank", "4"))
    #expect(other.status == 65 && other.standardError.contains("other settings"))
  }

  @Test(arguments: [
    ("learning-rate = \"fast\"", 1, "learning-rate"), ("rank = 4\nrnak = 8", 2, "'rnak'"),
    ("rank = [", 1, "array"), ("steps = 3\n\n[table]\nrank = 3", 3, "'table'"),
    ("prompts = 0", 1, "--prompts"), ("targets = []", 1, "'targets' is an empty list"),
    ("prompts = 4\nkl = -0.1", 2, "--kl must not be negative"),
    ("rank = 4\nquiet = \"false\"", 2, "'quiet' is true or false"),
    ("rank = true", 1, "'rank' takes a value"),
  ])
  func `a fault of a configuration is told with its line`(
    text: String, line: Int, names: String
  ) async throws {
    try scratch.write("run.toml", text: text)
    let outcome = try await scratch.run(
      "train", "--base", Self.base, "--out", "run", "--config", "run.toml")
    #expect(outcome.status == 65 && outcome.errorLines.count == 1, "\(outcome.standardError)")
    #expect(outcome.standardError.contains("run.toml:\(line): "), "\(outcome.standardError)")
    #expect(outcome.standardError.contains(names))
    #expect(!scratch.exists("run"))
  }

  @Test func `what the parser does not take of a configuration names the file`() async throws {
    try scratch.write("run.toml", text: "rank = [4, 8]\n")
    let outcome = try await scratch.run(
      "train", "--base", Self.base, "--out", "run", "--config", "run.toml")
    #expect(outcome.status == 65 && outcome.standardError.contains("run.toml"))
  }

  @Test func `the command line wins over a configuration`() async throws {
    try scratch.write(
      "run.toml",
      text: "adapter = \"milora\"\nsteps = 5\ntask-option = [\"digits=3\"]\nquiet = true\n")
    let outcome = try await scratch.run(
      "train", "--base", Self.base, "--out", "run", "--config", "run.toml", "--steps", "2",
      "--prompts", "2", "--evaluate-every", "0")
    try #require(outcome.status == 0, "\(outcome.standardError)")
    let text = try String(contentsOf: scratch.url("run/run.json"), encoding: .utf8)
    #expect(text.contains("\"milora\"") && text.contains("\"steps\" : 2"))
    #expect(outcome.standardError.isEmpty)
  }

  @Test func `a list that is typed takes the place of that of a configuration`() async throws {
    try scratch.write(
      "run.toml", text: "targets = [\"q_proj\"]\ntask-option = [\"digits=3\"]\nquiet = true\n")
    let outcome = try await scratch.run(
      "train", "--base", Self.base, "--out", "run", "--config", "run.toml", "--steps", "1",
      "--prompts", "2", "--evaluate-every", "0", "--targets", "v_proj", "--task-option", "noise=0")
    try #require(outcome.status == 0, "\(outcome.standardError)")
    let text = try String(contentsOf: scratch.url("run/run.json"), encoding: .utf8)
    #expect(text.contains("v_proj") && !text.contains("q_proj"), "\(text)")
    // Each option of a task is one of its own.
    #expect(text.contains("digits=3") && text.contains("noise=0"), "\(text)")
  }

  @Test(arguments: [
    (["--adapter", "dora", "--dropout", "0.1"], "dropout"),
    (["--rank", "1000"], "rank"), (["--targets", "q_prj"], "q_proj"),
    (["--base", "nowhere"], "nowhere"),
    (["--target-rank", "2"], "adalora"), (["--learning-rate", "1e30"], "not finite"),
    (["--stop", "12"], "--stop"),
  ])
  func `an option with a bad value is one line and code 65`(options: [String], names: String)
    async throws
  {
    let outcome = try await scratch.run(arguments("run") + options)
    #expect(outcome.status == 65, "\(outcome.standardError)")
    #expect(outcome.standardError.contains(names), "\(outcome.standardError)")
    #expect(outcome.errorLines.count { $0.hasPrefix("error:") } == 1)
  }

  @Test(arguments: [
    (["--adapter", "pisa"], "pissa"), (["--adapter", "foo"], "sigmascope list methods"),
    (["--start", "foo"], "sigmascope list starts"), (["--task", "additon"], "addition"),
    (["--task-option", "digit=3"], "digits"),
  ])
  func `a name that there is not is one line and code 64`(options: [String], names: String)
    async throws
  {
    let outcome = try await scratch.run(arguments("run") + options)
    #expect(outcome.status == 64, "\(outcome.standardError)")
    #expect(outcome.standardError.contains(names), "\(outcome.standardError)")
    #expect(outcome.errorLines.count { $0.hasPrefix("error:") } == 1)
  }

  @Test func `a folder that cannot be written is an input-output error`() async throws {
    try scratch.write("file", text: "")
    let outcome = try await scratch.run(arguments("file/run"))
    #expect(outcome.status == 74 && outcome.standardError.contains("file/run"))
  }

  @Test(.enabled(if: SmallDisk.canBeMounted))
  func `a full disk is an input-output error, and the run goes on where there is room`()
    async throws
  {
    let disk = try SmallDisk(at: scratch.path("disk"), kilobytes: 1200)
    defer { disk.unmount() }
    let outcome = try await scratch.run(arguments("disk/run") + ["--save-every", "1"])
    #expect(outcome.status == 74, "\(outcome.standardError)")
    #expect(outcome.standardError.contains("no space left on device"))
    #expect(outcome.errorLines.count { $0.hasPrefix("error:") } == 1)
    try FileManager.default.copyItem(
      atPath: scratch.path("disk/run"), toPath: scratch.path("run"))
    let rest = try await scratch.run(arguments("run") + ["--save-every", "1", "--resume"])
    #expect(rest.status == 0, "\(rest.standardError)")
  }

  @Test(arguments: ["llama", "qwen2", "gemma3_text"])
  func `a base of each family is made, and trains`(family: String) async throws {
    let made = try await scratch.run(
      "pretrain", "--task", "modular", "--task-option", "modulus=7", "--width", "32", "--heads",
      "2", "--steps", "100", "--batch", "32", "--family", family, "--out", "base")
    try #require(made.status == 0, "\(made.standardError)")
    let trained = try await scratch.run(
      "train", "--base", "base", "--task", "modular", "--task-option", "modulus=7", "--adapter",
      "full", "--steps", "2", "--prompts", "4", "--out", "run")
    #expect(trained.status == 0, "\(trained.standardError)")
    #expect(scratch.exists("run/checkpoint-2/model.safetensors"))
  }
}
