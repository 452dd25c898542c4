import Foundation
import Testing

/// extract, resize and convert, as a user runs them.
@Suite("Commands that write adapters") struct AdapterCommandTests {
  @Test func `a plan says what is lost and writes nothing`() async throws {
    let scratch = try Scratch()
    let adapter = try scratch.copyAdapter("lora")
    let outcome = try await scratch.run("resize", adapter, "--rank", "1", "--plan")
    #expect(outcome.status == 0, "\(outcome.standardError)")
    #expect(outcome.standardOutput.contains("would be lost:"))
    #expect(outcome.standardOutput.contains("encoder.layer.0.attention.self.query"))
    #expect(!scratch.exists("README.md"))
  }

  @Test func `an adapter is written with its card, and is not written twice`() async throws {
    let scratch = try Scratch()
    let adapter = try scratch.copyAdapter("lora")
    let first = try await scratch.run("resize", adapter, "--rank", "sv-fro=0.9", "--out", "small")
    #expect(first.status == 0, "\(first.standardError)")
    for name in ["README.md", "adapter_config.json", "adapter_model.safetensors"] {
      #expect(scratch.exists("small/\(name)"))
    }
    let card = try String(contentsOf: scratch.url("small/README.md"), encoding: .utf8)
    #expect(card.contains("Made by `sigmascope resize`") && card.contains("| rank | sv-fro=0.9 |"))
    let again = try await scratch.run("resize", adapter, "--rank", "2", "--out", "small")
    #expect(again.status == 74)
    #expect(again.standardError.contains("exists"))
    #expect(
      try String(contentsOf: scratch.url("small/README.md"), encoding: .utf8) == card)
  }

  @Test func `JSON has the numbers of the plan`() async throws {
    let scratch = try Scratch()
    let adapter = try scratch.copyAdapter("dora")
    let outcome = try await scratch.run("resize", adapter, "--rank", "4", "--plan", "--json")
    #expect(outcome.status == 0, "\(outcome.standardError)")
    let object = try JSONSerialization.jsonObject(with: Data(outcome.standardOutput.utf8))
    let fields = try #require(object as? [String: Any])
    let modules = try #require(fields["modules"] as? [[String: Any]])
    #expect(!modules.isEmpty && modules.allSatisfy { $0["rank"] as? Int == 4 })
    let lost = try #require(fields["lost"] as? Double)
    #expect(lost > 0 && lost < 1)
  }

  @Test(arguments: [
    (["--rank", "enrgy=0.9", "--plan"], "the nearest is 'energy'"),
    (["--rank", "energy=2", "--plan"], "--rank energy needs a share of the energy"),
    (["--rank", "exact=2", "--plan"], "takes no number"),
    (["--rank", "4"], "Give a folder with --out, or --plan."),
    (["--rank", "4", "--plan", "--out", "x"], "--plan writes nothing"),
    (["--rank", "4", "--plan", "--format", "pft"], "--format is one of peft"),
    (["--rank", "4", "--plan", "--vectors", "lora"], "a vector has no LoRA"),
    (["--rank", "4", "--plan", "--prefix", "x"], "--prefix is for"),
    (["--rank", "4", "--plan", "--modules", "("], "is not a regular expression"),
  ])
  func `a command line that cannot be meant is refused`(
    arguments: [String], words: String
  ) async throws {
    let scratch = try Scratch()
    let adapter = try scratch.copyAdapter("lora")
    let outcome = try await scratch.run(["resize", adapter] + arguments)
    #expect(outcome.status == 64)
    #expect(outcome.standardError.contains(words), "\(outcome.standardError)")
  }

  @Test func `wrong kinds of checkpoint are named, with the command to use`() async throws {
    let scratch = try Scratch()
    let adapter = try scratch.copyAdapter("lora")
    let base = scratch.path("base-minilm")
    let extract = try await scratch.run("extract", base, adapter, "--rank", "4", "--plan")
    #expect(extract.status == 65 && extract.standardError.contains("sigmascope convert"))
    let resize = try await scratch.run("resize", base, "--rank", "4", "--plan")
    #expect(resize.status == 65 && resize.standardError.contains("sigmascope extract"))
  }

  /// A base, and a tuned model that a merge makes of it.
  private func tuned(in scratch: Scratch) async throws -> String {
    let adapter = try scratch.copyAdapter("lora")
    let merged = try await scratch.run("merge", "base-minilm", adapter, "--out", "tuned")
    #expect(merged.status == 0, "\(merged.standardError)")
    return scratch.path("tuned")
  }

  @Test func `the report beside an extracted LoRA is that of analyze`() async throws {
    let scratch = try Scratch()
    _ = try await tuned(in: scratch)
    let extract = ["extract", "base-minilm", "tuned", "--rank", "2", "--out", "lora"]
    let outcome = try await scratch.run(extract + ["--report", "report"])
    #expect(outcome.status == 0, "\(outcome.standardError)")
    #expect(outcome.standardOutput.contains("\nreport: "))
    #expect(scratch.exists("lora/adapter_model.safetensors"))
    let beside = try scratch.files(in: "report")
    try scratch.remove("report")
    let analysis = try await scratch.run(
      "analyze", "tuned", "--base", "base-minilm", "--steps", "last", "--out", "report")
    #expect(analysis.status == 0, "\(analysis.standardError)")
    #expect(beside["report.html"] != nil)
    #expect(try scratch.files(in: "report") == beside)
  }

  @Test func `a report replaces nothing, and that is found before the work`() async throws {
    let scratch = try Scratch()
    _ = try await tuned(in: scratch)
    try scratch.write("report/notes.txt", text: "mine")
    let extract = ["extract", "base-minilm", "tuned", "--rank", "2", "--out", "lora"]
    let outcome = try await scratch.run(extract + ["--report", "report"])
    #expect(outcome.status == 74 && outcome.errorLines.count == 1)
    #expect(outcome.standardError.contains("give another folder with --report"))
    #expect(!scratch.exists("lora"))
    #expect(try scratch.files(in: "report").count == 1)
  }

  @Test(arguments: [
    (["--plan", "--report", "r"], "--plan writes nothing: leave out --report."),
    (["--out", "x", "--report", "x"], "does not hold that of --out"),
    (["--out", "r/x", "--report", "r/"], "does not hold that of --out"),
  ])
  func `a report in the way of the adapter is refused`(
    arguments: [String], words: String
  ) async throws {
    let scratch = try Scratch()
    let adapter = try scratch.copyAdapter("lora")
    let outcome = try await scratch.run(["resize", adapter, "--rank", "2"] + arguments)
    #expect(outcome.status == 64)
    #expect(outcome.standardError.contains(words), "\(outcome.standardError)")
  }

  @Test func `JSON and a report do not mix on standard output`() async throws {
    let scratch = try Scratch()
    let adapter = try scratch.copyAdapter("lora")
    let outcome = try await scratch.run(
      "convert", adapter, "--out", "lora", "--report", "report", "--json")
    #expect(outcome.status == 0, "\(outcome.standardError)")
    #expect(
      (try? JSONSerialization.jsonObject(with: Data(outcome.standardOutput.utf8))) != nil)
    #expect(scratch.exists("report/report.html"))
  }

  @Test func `of several runs none is taken for the one that is meant`() async throws {
    let scratch = try Scratch()
    try scratch.copy("base-minilm")
    for name in ["lora", "rslora"] { try scratch.copy("adapters/\(name)") }
    let outcome = try await scratch.run("resize", "adapters", "--rank", "2", "--plan")
    #expect(outcome.status == 65 && outcome.errorLines.count == 1)
    #expect(outcome.standardError.contains("holds 2 runs (lora, rslora): give the path of one"))
  }

  @Test func `a method of full rank is converted only with a rank`() async throws {
    let scratch = try Scratch()
    let adapter = try scratch.copyAdapter("dora")
    let exact = try await scratch.run("convert", adapter, "--out", "lora")
    #expect(exact.status == 65 && exact.standardError.contains("--rank 64"))
    #expect(!scratch.exists("lora"))
    let cut = try await scratch.run("convert", adapter, "--rank", "8", "--out", "lora")
    #expect(cut.status == 0, "\(cut.standardError)")
    #expect(scratch.exists("lora/adapter_model.safetensors"))
  }

  @Test func `the same input gives the same bytes on any number of threads`() async throws {
    let scratch = try Scratch()
    let adapter = try scratch.copyAdapter("dora")
    for jobs in ["1", "4"] {
      let outcome = try await scratch.run(
        "resize", adapter, "--rank", "budget=3k", "--jobs", jobs, "--out", "jobs-\(jobs)")
      #expect(outcome.status == 0, "\(outcome.standardError)")
    }
    #expect(try scratch.files(in: "jobs-1") == scratch.files(in: "jobs-4"))
  }
}
