import Foundation
import Testing

/// What `inspect` says of real checkpoints.
@Suite("Inspecting") struct InspectTests {
  private static let adapters = Fixtures.folder.appendingPathComponent("adapters")

  private func inspect(_ adapter: String, _ options: String...) async throws -> Sigmascope.Outcome {
    try await Scratch().run(
      ["inspect", Self.adapters.appendingPathComponent(adapter).path] + options)
  }

  private struct Line: Decodable {
    struct Module: Decodable {
      let module: String
      let rank: Int?
      let alpha: Double?
      let scale: Double?
    }
    let name: String
    let method: String
    let modules: [Module]
    let warnings: [String]
  }

  /// The configuration's settings as another implementation resolves them.
  private struct Golden: Decodable {
    struct Module: Decodable {
      let rank: Int?
      let alpha: Double?
      let scale: Double?
    }
    let modules: [String: Module]
  }

  @Test(arguments: [
    "lora", "lora-rank-1", "rslora", "lora-patterns", "dora", "pissa", "pissa-rslora", "olora",
    "gpt2-lora", "lora-layers", "lora-exclude",
  ])
  func `JSON holds rank, alpha and scale of every module`(adapter: String) async throws {
    let outcome = try await inspect(adapter, "--json")
    let lines = try JSONDecoder().decode([Line].self, from: Data(outcome.standardOutput.utf8))
    let golden = try JSONDecoder().decode(
      Golden.self,
      from: Data(contentsOf: Self.adapters.appendingPathComponent("\(adapter)/golden.json")))
    let line = try #require(lines.first)
    #expect(line.modules.map(\.module).sorted() == golden.modules.keys.sorted())
    for module in line.modules {
      let expected = try #require(golden.modules[module.module])
      #expect(module.rank == expected.rank)
      #expect(module.alpha == expected.alpha)
      let deviation = abs((module.scale ?? 0) - (expected.scale ?? 0))
      #expect(deviation < 1e-12)
    }
  }

  @Test(arguments: [
    ("pissa-niter-4", "is taken from the run's checkpoint of step 0"),
    ("pissa-niter-4/checkpoint-4", "starts from random numbers that nobody kept"),
    ("adalora", "has no rank_pattern"),
  ])
  func `a trap is told`(adapter: String, warning: String) async throws {
    let outcome = try await inspect(adapter)
    #expect(outcome.standardOutput.contains(warning), "\(outcome.standardOutput)")
  }

  @Test(arguments: [
    ("pissa-niter-4/checkpoint-4", "starts from random numbers that nobody kept"),
    ("adalora", "has no rank_pattern"),
  ])
  func `a trap that bites is among the warnings of JSON`(
    adapter: String, warning: String
  ) async throws {
    let outcome = try await inspect(adapter, "--json")
    let lines = try JSONDecoder().decode([Line].self, from: Data(outcome.standardOutput.utf8))
    #expect(lines.flatMap(\.warnings).contains { $0.contains(warning) })
  }

  @Test(arguments: FixtureAdapters.names)
  func `every real adapter can be inspected and analysed`(adapter: String) async throws {
    let inspected = try await inspect(adapter)
    #expect(inspected.status == 0, "\(inspected.standardError)")
    let scratch = try Scratch()
    let analyzed = try await scratch.run(
      "analyze", Self.adapters.appendingPathComponent(adapter).path, "--quiet", "--out", "out")
    #expect(analyzed.status == 0, "\(analyzed.standardError)")
  }

  @Test func `a base is called given, and one that was not wanted is not called missing`()
    async throws
  {
    let scratch = try Scratch()
    let adapter = try scratch.copyAdapter("lora")
    let given = try await scratch.run(
      "inspect", adapter, "--base", scratch.path("base-minilm"))
    #expect(given.standardOutput.contains("(given"), "\(given.standardOutput)")
    #expect(!given.standardOutput.contains("found at"))
    let none = try await scratch.run("inspect", adapter, "--no-base")
    #expect(none.standardOutput.contains("(not looked for)"), "\(none.standardOutput)")
  }

  @Test func `every run of a folder is inspected`() async throws {
    let outcome = try await Scratch().run(
      "inspect", Fixtures.demo.appendingPathComponent("runs").path, "--json",
      "--base", Fixtures.demo.appendingPathComponent("base").path)
    let lines = try JSONDecoder().decode([Line].self, from: Data(outcome.standardOutput.utf8))
    #expect(lines.map(\.name) == ["dora", "full", "lora", "pissa", "pissa-lower-rate"])
  }

  @Test func `a logged reward of NaN does not keep JSON from being written`() async throws {
    let scratch = try Scratch()
    let adapter = try scratch.copyAdapter("lora")
    try scratch.write(
      "adapters/lora/trainer_state.json",
      text: #"""
        {"global_step": 2, "log_history": [{"step": 1, "reward": 0.5}, {"step": 2, "reward": NaN}]}
        """#)
    let outcome = try await scratch.run("inspect", adapter, "--json")
    #expect(outcome.status == 0, "\(outcome.standardError)")
    #expect(outcome.standardOutput.contains(#""last_reward" : 0.5"#))
  }

  @Test func `the last reward has three digits, and one row is called one`() async throws {
    let scratch = try Scratch()
    let adapter = try scratch.copyAdapter("lora")
    try scratch.write(
      "adapters/lora/trainer_state.json",
      text: #"{"global_step": 1, "log_history": [{"step": 1, "reward": 0.77734375}]}"#)
    let outcome = try await scratch.run("inspect", adapter)
    #expect(outcome.standardOutput.contains("logged    1 row, last reward 0.777\n"))
  }

  @Test func `the list of tensors has each of them`() async throws {
    let outcome = try await inspect("lora", "--tensors")
    let lines = outcome.standardOutput.split(separator: "\n")
    #expect(lines.count { $0.contains("lora_A.weight") } == 10)
    #expect(lines.count { $0.contains("lora_B.weight") } == 10)
  }
}

/// The folders of Tests/Fixtures/adapters.
enum FixtureAdapters {
  static let names: [String] = {
    let folder = Fixtures.folder.appendingPathComponent("adapters").path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { !$0.hasSuffix(".json") }.sorted()
  }()
}
