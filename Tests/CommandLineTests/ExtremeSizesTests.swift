import Foundation
import Testing

/// Sizes that no machine can hold, on the command line and in files, are refused in one line: nothing traps, and
/// nothing is made before sizes agree.
@Suite("Extreme sizes") struct ExtremeSizesTests {
  private let scratch: Scratch
  private static let base = Fixtures.package
    .appendingPathComponent("notebooks-data/base-scratchpad").path
  private static let huge = "9223372036854775807"

  init() throws { scratch = try Scratch() }

  private func train(_ options: String..., base: String = Self.base) async throws
    -> Sigmascope.Outcome
  {
    try await scratch.run(
      [
        "train", "--base", base, "--out", "run", "--quiet", "--steps", "1", "--prompts", "2",
        "--evaluation-problems", "2",
      ] + options)
  }

  @Test(arguments: [
    "rank", "steps", "prompts", "group", "max-length", "mini-batches", "updates-per-rollout",
    "evaluation-problems", "dynamic-sampling", "overlong-buffer", "save-every", "evaluate-every",
    "warmup", "target-rank",
  ])
  func `a count near the largest number is refused`(option: String) async throws {
    let typed = try await train("--\(option)", Self.huge)
    #expect(typed.status == 64)
    #expect(typed.standardError.contains("--\(option) must be at most"), "\(typed.standardError)")
    try scratch.write("run.toml", text: "\(option) = \(Self.huge)\n")
    let configured = try await scratch.run(
      "train", "--base", Self.base, "--out", "run", "--config", "run.toml")
    #expect(configured.status == 65)
    #expect(configured.standardError.contains("run.toml:1: "), "\(configured.standardError)")
  }

  @Test(arguments: ["width", "layers", "heads", "feed-forward", "batch", "steps"])
  func `a size of a new base near the largest number is refused`(option: String) async throws {
    let outcome = try await scratch.run("pretrain", "--out", "base", "--\(option)", Self.huge)
    #expect(outcome.status == 64)
    #expect(outcome.standardError.contains("--\(option) must be at most"))
  }

  @Test func `a run that needs more memory than there is, is refused before it is made`()
    async throws
  {
    for outcome in [
      try await train("--group", "1048576", "--prompts", "65536"),
      try await scratch.run("pretrain", "--out", "base", "--width", "1048576", "--layers", "4096"),
    ] {
      #expect(outcome.status == 65)
      #expect(outcome.standardError.contains("GB of memory"), "\(outcome.standardError)")
    }
  }

  @Test func `counts that are each allowed, and together are not, leave nothing behind`()
    async throws
  {
    let outcome = try await scratch.run(
      "sweep", "--adapter", "lora", "--rates", "1e-3", "--seeds", "0", "--steps", "1073741824",
      "--prompts", "65536", "--group", "65536", "--out", "sweep", "--quiet")
    #expect(outcome.status == 65 && outcome.errorLines.count == 1, "\(outcome.standardError)")
    #expect(outcome.standardError.contains("GB of memory") && !scratch.exists("sweep"))
  }

  @Test(arguments: [
    ("temperature", "inf"), ("clip-norm", "inf"), ("clip-high", "inf"), ("kl", "nan"),
    ("entropy-bonus", "nan"), ("weight-decay", "nan"), ("output-rate-factor", "nan"),
    ("learning-rate", "inf"), ("dropout", "nan"), ("beta2", "nan"), ("weight-tying", "nan"),
    ("rollout-noise", "inf"),
  ])
  func `a number that is not finite is refused`(option: String, value: String) async throws {
    #expect(try await train("--\(option)", value).status == 64)
    try scratch.write("run.toml", text: "\(option) = \(value)\n")
    let outcome = try await scratch.run(
      "train", "--base", Self.base, "--out", "run", "--config", "run.toml")
    #expect(outcome.status == 65 && outcome.standardError.contains("run.toml:1: "))
  }

  @Test(arguments: ["[ä]", "[{x]", "[^x]", "rank = 4\n\n[[ ;]]", "a = '''\n[ä]'''\n[ (]"])
  func `a table without a name is a fault with its line`(text: String) async throws {
    try scratch.write("run.toml", text: text)
    let outcome = try await scratch.run(
      "train", "--base", Self.base, "--out", "run", "--config", "run.toml")
    #expect(outcome.status == 65)
    let line = text.split(separator: "\n", omittingEmptySubsequences: false).count
    #expect(
      outcome.standardError.hasPrefix("error: run.toml:\(line): a table's name"),
      "\(outcome.standardError)")
  }

  @Test func `a list that a brace closes is a fault`() async throws {
    try scratch.write("run.toml", text: "rank = 4\ntargets = [}\n")
    let outcome = try await scratch.run(
      "train", "--base", Self.base, "--out", "run", "--config", "run.toml")
    #expect(outcome.status == 65 && outcome.standardError.contains("run.toml:2: "))
  }

  @Test func `a name of very many parts is a fault`() async throws {
    try scratch.write(
      "run.toml", text: String(repeating: "a.", count: 200_000) + "a = 1\n")
    let outcome = try await scratch.run(
      "train", "--base", Self.base, "--out", "run", "--config", "run.toml")
    #expect(outcome.status == 65 && outcome.standardError.contains("run.toml:1: "))
  }

  @Test(arguments: [
    (#""hidden_size": 64"#, #""hidden_size": 8000000"#, "expected a tensor of shape"),
    (#""num_hidden_layers": 2"#, #""num_hidden_layers": 9000000"#, "expected the 2 of the weights"),
    (#""num_hidden_layers": 2"#, #""num_hidden_layers": 1"#, "expected the 2 of the weights"),
  ])
  func `a base whose sizes are not those of its weights is refused`(
    part: String, new: String, reason: String
  ) async throws {
    try copyBase()
    let path = scratch.url("base/config.json")
    let text = try String(contentsOf: path, encoding: .utf8)
      .replacingOccurrences(of: "\" : ", with: "\": ")
    try #require(text.contains(part))
    try scratch.write("base/config.json", text: text.replacingOccurrences(of: part, with: new))
    let outcome = try await train(base: "base")
    #expect(outcome.status == 65)
    #expect(outcome.standardError.contains(reason), "\(outcome.standardError)")
  }

  @Test func `a token that the embedding has no row for is named`() async throws {
    try copyBase()
    let path = scratch.url("base/tokenizer.json")
    let text = try String(contentsOf: path, encoding: .utf8)
      .replacing(#/"7"\s*:\s*\d+/#, with: "\"7\": 900")
    try scratch.write("base/tokenizer.json", text: text)
    let outcome = try await train(base: "base")
    #expect(outcome.status == 65)
    #expect(outcome.standardError.contains("token 900 of the tokenizer lies outside"))
  }

  @Test(arguments: [[5, 4], [0, Int.max], [-1, 2]])
  func `results whose steps do not ascend are refused`(steps: [Int]) async throws {
    try scratch.write(
      "study.toml",
      text: """
        base = "\(Self.base)"
        seeds = [0]
        [run]
        steps = 2
        prompts = 2
        group = 2
        evaluation-problems = 2
        [[arm]]
        adapter = "lora"

        """)
    let study = ["reproduce", "--study", "study.toml", "--out", "study", "--quiet"]
    let first = try await scratch.run(study)
    try #require(first.status == 0, "\(first.standardError)")
    let file = try #require(
      try scratch.files(in: "study").keys.first { $0.hasSuffix("result.json") })
    let object = try JSONSerialization.jsonObject(
      with: Data(contentsOf: scratch.url("study/\(file)")))
    var result = try #require(object as? [String: Any])
    var run = try #require(result["run"] as? [String: Any])
    run["curves"] = ["reward": steps.map { ["step": $0, "value": 0.5] as [String: Any] }]
    result["run"] = run
    try scratch.write("study/\(file)", JSONSerialization.data(withJSONObject: result))
    for command in [study + ["--resume"], ["compare", "study", "--out", "comparison"]] {
      let outcome = try await scratch.run(command)
      #expect(outcome.status == 65)
      #expect(
        outcome.standardError.contains("result.json' cannot be read: its steps do not ascend"))
    }
  }

  private func copyBase() throws {
    try FileManager.default.copyItem(at: URL(fileURLWithPath: Self.base), to: scratch.url("base"))
  }
}
