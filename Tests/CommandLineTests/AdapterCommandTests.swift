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
