import Foundation
import Testing

/// The program has its presets and its small base inside: it works in any folder, with nothing beside it.
@Suite("Embedded files") struct EmbeddedFilesTests {
  private let scratch: Scratch
  private static let data = Fixtures.package.appendingPathComponent("notebooks-data")
  private static let steps = [
    "--steps", "1", "--prompts", "2", "--group", "2", "--evaluation-problems", "8", "--quiet",
  ]

  init() throws { scratch = try Scratch() }

  private func train(_ more: String...) async throws -> Sigmascope.Outcome {
    try await scratch.run(["train"] + Self.steps + more)
  }

  @Test(arguments: ["quick", "full", "law", "rates", "noise", "fair"])
  func `a preset is the file of the project`(preset: String) async throws {
    let outcome = try await scratch.run("reproduce", "--preset", preset, "--show")
    let file = Self.data.appendingPathComponent("presets/\(preset).toml")
    #expect(outcome.standardOutput == (try String(contentsOf: file, encoding: .utf8)))
  }

  @Test(arguments: ["quick", "full", "law", "rates", "noise", "fair"])
  func `a preset is sound, and needs nothing of the folder`(preset: String) async throws {
    try scratch.write("scratchpad/config.json", text: "{}")
    let outcome = try await scratch.run("reproduce", "--preset", preset, "--plan")
    #expect(outcome.status == 0, "\(outcome.standardError)")
    #expect(outcome.standardError.contains("pissa"))
  }

  @Test func `a preset that was copied is a study`() async throws {
    let shown = try await scratch.run("reproduce", "--show")
    try scratch.write("mine.toml", text: shown.standardOutput)
    let outcome = try await scratch.run("reproduce", "--study", "mine.toml", "--plan")
    #expect(outcome.status == 0, "\(outcome.standardError)")
    #expect(outcome.standardError.contains("36 runs"))
  }

  @Test func `the base is known by its name, and is that of the project`() async throws {
    let outcome = try await train("--base", "scratchpad", "--out", "run")
    try #require(outcome.status == 0, "\(outcome.standardError)")
    let unpacked = try scratch.files(in: "cache/bases")
    #expect(unpacked.count == 4)
    for (name, data) in unpacked {
      let file = Self.data.appendingPathComponent("base-scratchpad")
        .appendingPathComponent(URL(fileURLWithPath: name).lastPathComponent)
      #expect(data == (try Data(contentsOf: file)), "\(name)")
    }
    let analysis = try await scratch.run("analyze", "run", "--no-cache", "--quiet")
    #expect(analysis.status == 0, "\(analysis.standardError)")
  }

  @Test func `a base that was damaged in the cache is unpacked anew`() async throws {
    try #require(try await train("--base", "scratchpad", "--out", "one").status == 0)
    let whole = try scratch.files(in: "cache/bases")
    let weights = try #require(whole.keys.first { $0.hasSuffix("model.safetensors") })
    try scratch.write("cache/bases/\(weights)", text: "damaged")
    let outcome = try await train("--base", "scratchpad", "--out", "two")
    #expect(outcome.status == 0, "\(outcome.standardError)")
    #expect(try scratch.files(in: "cache/bases") == whole)
  }

  @Test func `processes that unpack the base at once do not disturb each other`() async throws {
    try await withThrowingTaskGroup(of: Sigmascope.Outcome.self) { group in
      for number in 0..<4 {
        group.addTask { try await train("--base", "scratchpad", "--out", "run-\(number)") }
      }
      for try await outcome in group { #expect(outcome.status == 0, "\(outcome.standardError)") }
    }
    #expect(try scratch.files(in: "cache/bases").count == 4)
  }

  @Test func `a folder of the base's name comes first`() async throws {
    try scratch.write("scratchpad/config.json", text: "{}")
    let outcome = try await train("--base", "scratchpad", "--out", "run")
    #expect(outcome.status == 65, "\(outcome.standardError)")
    #expect(!scratch.exists("cache/bases"))
  }

  @Test func `a cache that cannot be written is one line, which says what to set`() async throws {
    try scratch.write("cache", text: "a file")
    let outcome = try await train("--base", "scratchpad", "--out", "run")
    #expect(outcome.status == 74 && outcome.errorLines.count == 1, "\(outcome.standardError)")
    #expect(outcome.standardError.contains("SIGMASCOPE_CACHE"))
  }
}
