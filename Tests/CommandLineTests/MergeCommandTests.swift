import Foundation
import Testing

/// check, merge and diff as a user runs them.
@Suite("Merging from the command line") struct MergeCommandTests {
  private func merged(_ scratch: Scratch, _ options: String...) async throws -> String {
    let base = try scratch.copy("base-minilm-sharded-bf16")
    let adapter = try scratch.copy("adapters/lora")
    let outcome = try await scratch.run(
      ["merge", base, adapter, "--out", "merged"] + options)
    #expect(outcome.status == 0, "\(outcome.standardError)")
    return scratch.path("merged")
  }

  @Test func `a merge has the files of the base, and passes the check`() async throws {
    let scratch = try Scratch()
    let path = try await merged(scratch)
    let own = try scratch.files(in: "merged")
    let base = try scratch.files(in: "base-minilm-sharded-bf16")
    #expect(Set(own.keys).subtracting(["README.md"]) == Set(base.keys))
    #expect(own["config.json"] == base["config.json"])
    for (name, data) in base where name.hasSuffix(".safetensors") {
      #expect(own[name] != nil && (own[name]?.count ?? 0) > data.count / 2)
    }
    let check = try await scratch.run("check", "base-minilm-sharded-bf16", "adapters/lora", path)
    #expect(check.status == 0)
    #expect(check.standardOutput.contains("bit for bit as PEFT merges"))
  }

  /// A base with the negative weights of another.
  private func writeNegative(_ name: String, of base: String, in scratch: Scratch) throws {
    try FileManager.default.copyItem(at: scratch.url(base), to: scratch.url(name))
    var bytes = [UInt8](try Data(contentsOf: scratch.url("\(base)/model.safetensors")))
    let header = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    for sign in stride(from: 8 + header + 3, to: bytes.count, by: 4) { bytes[sign] ^= 0x80 }
    try scratch.write("\(name)/model.safetensors", bytes)
  }

  @Test func `a base that is another one for certain is code 65, unless it is allowed`()
    async throws
  {
    let scratch = try Scratch()
    let adapter = try scratch.copyAdapter("lora")
    try writeNegative("other", of: "base-minilm", in: scratch)
    try scratch.write("adapters/lora/run.json", text: #"{"base_hash": "0123456789abcdef"}"#)
    for command in [["merge", "other", adapter], ["convert", adapter, "--base", "other"]] {
      let out = ["--out", "\(command[0])-out"]
      let refused = try await scratch.run(command + out)
      #expect(refused.status == 65 && refused.errorLines.count == 1, "\(refused.standardError)")
      #expect(refused.standardError.contains("--allow-other-base"))
      let remedy = command[0] == "merge" ? "as the first argument" : "with --base"
      #expect(refused.standardError.contains("give its own base \(remedy)"))
      #expect(!scratch.exists(out[1]))
      let allowed = try await scratch.run(command + out + ["--allow-other-base"])
      #expect(allowed.status == 0, "\(allowed.standardError)")
      let said = allowed.standardOutput + allowed.standardError
      #expect(said.contains("is not the one that was trained on"))
    }
    let plan = try await scratch.run("convert", adapter, "--base", "other", "--plan")
    #expect(plan.status == 0, "\(plan.standardError)")
    let check = ["check", "other", adapter, "merge-out"]
    let failed = try await scratch.run(check)
    #expect(failed.status == 1)
    #expect(
      failed.standardOutput.contains("the base is not the one that the adapter was trained on"))
    #expect(try await scratch.run(check + ["--allow-other-base"]).status == 0)
  }

  @Test func `a folder that is there stays as it is, with code 74`() async throws {
    let scratch = try Scratch()
    _ = try await merged(scratch)
    let before = try scratch.files(in: "merged")
    let outcome = try await scratch.run(
      "merge", "base-minilm-sharded-bf16", "adapters/rslora", "--out", "merged")
    #expect(outcome.status == 74)
    #expect(outcome.errorLines.count == 1)
    #expect(try scratch.files(in: "merged") == before)
  }

  @Test func `a fault is code 1, and JSON names it`() async throws {
    let scratch = try Scratch()
    _ = try await merged(scratch)
    try scratch.copy("adapters/lora-patterns")
    let outcome = try await scratch.run(
      "check", "base-minilm-sharded-bf16", "adapters/lora-patterns", "merged", "--json")
    #expect(outcome.status == 1)
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.standardOutput.utf8))
        as? [String: Any])
    #expect(document["conclusion"] as? String == "fault")
    #expect(document["fault"] as? String == "another_adapter")
    #expect((document["weights"] as? [Any])?.count == 10)
  }

  @Test(arguments: [
    ["check", "base-minilm", "adapters/lora", "base-minilm"],
    ["check", "base-minilm", "adapters/lora", "adapters/lora"],
    ["check", "base-minilm", "base-minilm", "base-minilm"],
    ["check", "base-gpt2", "adapters/lora", "base-minilm"],
    ["merge", "base-minilm", "base-minilm", "--out", "x"],
    ["merge", "base-gpt2", "adapters/lora", "--out", "x"],
    ["merge", "base-minilm", "adapters/psoft", "--out", "x"],
    ["merge", "base-minilm", "adapters/lora-layer-replication", "--out", "x"],
    ["diff", "adapters/lora", "adapters/dora-embedding"],
    ["diff", "adapters/lora", "adapters/gpt2-lora"],
    ["diff", "nowhere", "adapters/lora"],
  ])
  func `what does not fit together is code 65 and one line`(arguments: [String]) async throws {
    let scratch = try Scratch()
    for name in ["base-minilm", "base-gpt2"] { try scratch.copy(name) }
    let adapters = [
      "lora", "psoft", "lora-layer-replication", "dora-embedding", "gpt2-lora",
    ]
    for name in adapters { try scratch.copy("adapters/\(name)") }
    let outcome = try await scratch.run(arguments)
    #expect(outcome.status == 65, "\(outcome.standardError)")
    #expect(outcome.errorLines.count == 1)
    #expect(!scratch.exists("x"))
  }

  @Test(arguments: [
    ["check", "adapters/lora", "adapters/lora", "base-minilm"],
    ["merge", "adapters/lora", "adapters/lora", "--out", "x"],
    ["extract", "adapters/lora", "base-minilm", "--rank", "2", "--out", "x"],
  ])
  func `commands whose base is an argument advise no option that they do not have`(
    arguments: [String]
  ) async throws {
    let scratch = try Scratch()
    for name in ["base-minilm", "adapters/lora"] { try scratch.copy(name) }
    let outcome = try await scratch.run(arguments)
    #expect(outcome.status == 65 && outcome.errorLines.count == 1)
    #expect(outcome.standardError.contains("give the model as the first argument"))
    #expect(!outcome.standardError.contains("--base"))
  }

  @Test func `adapters whose base is not here are compared without it, and that is said`()
    async throws
  {
    let scratch = try Scratch()
    try scratch.copy("adapters/lora")
    let outcome = try await scratch.run("diff", "adapters/lora", "adapters/lora")
    #expect(outcome.status == 0, "\(outcome.standardError)")
    #expect(outcome.standardError.contains("compared without the base"))
    #expect(
      outcome.standardOutput.hasPrefix(
        "'adapters/lora' and 'adapters/lora' have 10 weights in common: cosine 1,"),
      "\(outcome.standardOutput)")
    // Every column says what it is.
    for column in ["left, right: ", "entries: ", "signs: ", "sum's peak: "] {
      #expect(outcome.standardOutput.contains("\n\(column)"), "\(column)")
    }
  }

  @Test func `an adapter differs from itself in nothing`() async throws {
    let scratch = try Scratch()
    let adapter = try scratch.copyAdapter("lora")
    let outcome = try await scratch.run("diff", adapter, adapter, "--json")
    #expect(outcome.status == 0, "\(outcome.standardError)")
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.standardOutput.utf8))
        as? [String: Any])
    let cosine = try #require(document["cosine"] as? Double)
    #expect(abs(cosine - 1) < 1e-12)
    #expect(document["distance"] as? Double == 0)
    let weights = try #require(document["weights"] as? [[String: Any]])
    for weight in weights {
      let overlaps = ["left_overlap", "right_overlap", "jaccard"].map { weight[$0] as? Double }
      for overlap in overlaps { #expect(abs(try #require(overlap) - 1) < 1e-9) }
      #expect(weight["sign_conflict"] as? Double == 0)
    }
  }

  @Test(arguments: [["--seed", "3"], ["--rounding", "up"], ["--jobs", "0"], ["--type", "int8"]])
  func `options that make no sense are code 64`(options: [String]) async throws {
    let scratch = try Scratch()
    let outcome = try await scratch.run(["merge", "a", "b", "--out", "c"] + options)
    #expect(outcome.status == 64)
  }
}
