import Foundation
import Testing

/// Probes of a few answers on the embedded base.
@Suite("Advising") struct AdviseTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func advise(_ out: String, _ options: String...) async throws -> Sigmascope.Outcome {
    try await scratch.run(
      ["advise", "--seeds", "0", "--prompts", "16", "--group", "4", "--out", out] + options)
  }

  private struct Advice: Decodable {
    struct Start: Decodable {
      let start: String
      let deathRate: Double?, maskMismatch: Double?, bisected: Double?
    }
    let schema: String
    let starts: [Start]
    let cautions: [String]
  }

  private func advice(_ out: String) throws -> Advice {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(
      Advice.self, from: try Data(contentsOf: scratch.url("\(out)/advice.json")))
  }

  @Test func `a start on the base's top directions bears less than LoRA`() async throws {
    let outcome = try await advise("a", "--adapter", "lora", "pissa")
    try #require(outcome.status == 0, "\(outcome.standardError)")
    #expect(outcome.standardOutput.contains("pissa bears"))
    let found = try advice("a")
    let rates = try found.starts.map { try #require($0.deathRate) }
    #expect(rates[1] < rates[0] / 2)
    // Masks move a policy only through factors whose product is not zero.
    let masks = try found.starts.map { try #require($0.maskMismatch) }
    #expect(masks[0] == 0 && masks[1] > 0.01)
    for file in ["advice.csv", "short_runs.csv", "report.html"] {
      #expect(scratch.exists("a/\(file)"))
    }
  }

  @Test func `the number of probes at once changes no byte`() async throws {
    for jobs in ["1", "2"] {
      let outcome = try await advise("out", "--adapter", "lora", "full", "--jobs", jobs, "--quiet")
      try #require(outcome.status == 0, "\(outcome.standardError)")
      try FileManager.default.moveItem(
        at: scratch.url("out/advice.csv"), to: scratch.url("\(jobs).csv"))
      try scratch.remove("out")
    }
    #expect(try Data(contentsOf: scratch.url("1.csv")) == Data(contentsOf: scratch.url("2.csv")))
  }

  @Test func `whole runs bracket the rate of death on demand`() async throws {
    let outcome = try await advise("b", "--adapter", "full", "--bisect", "--steps", "15")
    try #require(outcome.status == 0, "\(outcome.standardError)")
    let start = try advice("b").starts[0]
    let (predicted, found) = (try #require(start.deathRate), try #require(start.bisected))
    #expect((0.1...10).contains(found / predicted))
  }

  @Test func `what lies outside of what the law was tried on is said`() async throws {
    let outcome = try await advise(
      "c", "--adapter", "lora", "--dropout", "0.05", "--optimizer", "sgd", "--warmup", "0")
    try #require(outcome.status == 0, "\(outcome.standardError)")
    #expect(try advice("c").cautions.count == 3)
  }

  @Test func `the first steps of a run say what its start bears, by log and by weights`()
    async throws
  {
    let run = try await scratch.run(
      "train", "--base", "scratchpad", "--adapter", "pissa", "--learning-rate", "5e-4", "--steps",
      "6", "--save-every", "1", "--evaluate-every", "0", "--out", "probe")
    try #require(run.status == 0, "\(run.standardError)")
    #expect(run.standardError.contains("of what this start bears"))
    try scratch.write(
      "texts.jsonl",
      text: (100..<140).map { #"{"prompt": "\#($0)+123=", "answer": "654320>0\#($0 + 123)"}"# }
        .joined(separator: "\n") + "\n")
    for options in [[], ["--texts", "texts.jsonl", "--base", "scratchpad"]] {
      let outcome = try await scratch.run(["advise", "--run", "probe", "--out", "p"] + options)
      #expect(outcome.status == 0, "\(outcome.standardError)")
      #expect(outcome.standardOutput.contains("probe bears"))
      #expect(scratch.exists("p/probe.json") && scratch.exists("p/moves.csv"))
    }
  }

  @Test func `a base that solves nothing of a task is told so`() async throws {
    let outcome = try await advise("n", "--adapter", "lora", "--task", "sort")
    #expect(outcome.status == 0)
    #expect(outcome.standardOutput.contains("answers teach nothing"))
    #expect(try advice("n").starts[0].deathRate == nil)
    let run = try await scratch.run(
      "train", "--base", "scratchpad", "--task", "sort", "--steps", "6", "--evaluate-every", "0",
      "--prompts", "8", "--out", "still")
    #expect(!run.standardError.contains("what this start bears"))
  }

  @Test func `a checkpoint that cannot be read is named, and one run is asked for`() async throws {
    for name in ["one", "two"] {
      let run = try await scratch.run(
        "train", "--base", "scratchpad", "--adapter", "lora", "--steps", "4", "--save-every", "1",
        "--prompts", "8", "--evaluate-every", "0", "--out", "runs/\(name)", "--quiet")
      try #require(run.status == 0, "\(run.standardError)")
    }
    try scratch.write(
      "texts.jsonl", text: #"{"prompt": "123+123=", "answer": "654320>0246"}"# + "\n")
    let several = try await scratch.run("advise", "--run", "runs", "--texts", "texts.jsonl")
    #expect(several.status == 65)
    #expect(several.standardError.contains("holds 2 runs"))
    let tensors = scratch.url("runs/one/checkpoint-2/adapter_model.safetensors")
    try Data(contentsOf: tensors).prefix(300).write(to: tensors)
    let outcome = try await scratch.run("advise", "--run", "runs/one", "--texts", "texts.jsonl")
    #expect(outcome.status == 0, "\(outcome.standardError)")
    #expect(outcome.standardOutput.contains("checkpoint-2 is left out"))
  }

  @Test func `advice that is replaced is named`() async throws {
    #expect(try await advise("r", "--adapter", "lora").status == 0)
    let other = try await advise("r", "--adapter", "full")
    #expect(other.standardError.contains("the report in r will be replaced"))
    #expect(other.standardError.contains("--adapter lora"))
  }

  @Test func `no replacement is announced by advice that is refused`() async throws {
    #expect(try await advise("r", "--adapter", "lora").status == 0)
    for options in [["--run", "nowhere"], ["--base", "nowhere"]] {
      let refused = try await scratch.run(["advise", "--out", "r"] + options)
      #expect(refused.status == 65 && refused.errorLines.count == 1, "\(refused.standardError)")
    }
  }

  @Test func `a rate that is too high is called so at the fifth step`() async throws {
    let run = try await scratch.run(
      "train", "--base", "scratchpad", "--adapter", "pissa", "--learning-rate", "8e-3", "--steps",
      "6", "--evaluate-every", "0", "--out", "hot")
    #expect(run.standardError.contains("times what this start bears"))
  }

  @Test func `a run that says nothing is refused with what to do`() async throws {
    let adapter = try scratch.copyAdapter("lora")
    let outcome = try await scratch.run(["advise", "--run", adapter])
    #expect(outcome.status == 65)
    #expect(outcome.standardError.contains("--texts"))
    #expect(try await scratch.run("advise", "--texts", "x").status == 64)
    #expect(try await scratch.run("advise", "--objective", "sft").status == 64)
  }

  @Test(arguments: [
    ["--adapter", "lora"], ["--plots", "screen"], ["--bisect"], ["--seeds=1"], ["--base", "b"],
  ])
  func `what a run that is there has no use for is refused`(options: [String]) async throws {
    let outcome = try await scratch.run(["advise", "--run", "probe"] + options)
    #expect(outcome.status == 64 && outcome.standardError.contains("--run"))
  }
}
