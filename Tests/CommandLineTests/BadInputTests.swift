import Foundation
import Testing

/// What users see when they give the program something that it cannot read.
@Suite("Bad input") struct BadInputTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func analyze(_ damage: Damage) async throws -> (Sigmascope.Outcome, named: String) {
    let given = try damage.make(in: scratch)
    let outcome = try await scratch.run(
      ["analyze"] + given.arguments + ["--out", scratch.path("out")])
    return (outcome, given.named)
  }

  @Test(arguments: Damage.allCases)
  func `an analysis of it ends with code 65`(damage: Damage) async throws {
    let (outcome, _) = try await analyze(damage)
    #expect(outcome.status == 65, "\(outcome.standardError)")
  }

  @Test(arguments: Damage.allCases)
  func `an analysis of it says one line, which begins with error and names the path`(
    damage: Damage
  ) async throws {
    let (outcome, named) = try await analyze(damage)
    #expect(outcome.errorLines.count == 1, "\(outcome.standardError)")
    #expect(outcome.standardError.hasPrefix("error: "))
    #expect(outcome.standardError.contains(named), "\(outcome.standardError) lacks \(named)")
  }

  @Test(arguments: Damage.allCases)
  func `an analysis of it leaves no output and no unfinished work`(
    damage: Damage
  ) async throws {
    _ = try await analyze(damage)
    #expect(!scratch.exists("out"))
    #expect(!scratch.exists("out.partial"))
  }

  @Test(arguments: Damage.allCases)
  func `inspecting it ends with code 65 and one line`(damage: Damage) async throws {
    let given = try damage.make(in: scratch)
    let outcome = try await scratch.run(["inspect"] + given.arguments)
    #expect(outcome.status == 65)
    #expect(outcome.errorLines.count == 1, "\(outcome.standardError)")
  }

  @Test func `a comparison says which checkpoint it does without`() async throws {
    try FileManager.default.copyItem(
      at: Fixtures.package.appendingPathComponent("notebooks-data/trl-scratchpad/lora-seed0"),
      to: scratch.url("lora-seed0"))
    try scratch.write("lora-seed0/checkpoint-10/adapter_config.json", text: "{")
    let outcome = try await scratch.run(
      "compare", "lora-seed0", "--base", "scratchpad", "--out", "out")
    #expect(outcome.status == 0, "\(outcome.standardError)")
    let note = "lora-seed0: checkpoint-10 is left out: "
    #expect(outcome.standardError.contains("  ! \(note)"), "\(outcome.standardError)")
    for file in ["comparison.json", "report.html"] {
      #expect(try String(contentsOf: scratch.url("out/\(file)"), encoding: .utf8).contains(note))
    }
  }

  @Test func `an alpha given on the command line replaces a lost one`() async throws {
    let given = try Damage.alphaZero.make(in: scratch)
    let outcome = try await scratch.run(
      ["analyze", "--alpha", "8", "--quiet", "--out", scratch.path("out")] + given.arguments)
    #expect(outcome.status == 0, "\(outcome.standardError)")
  }

  @Test func `a rank of zero in the configuration is told, and that of the tensors used`()
    async throws
  {
    let adapter = try scratch.copyAdapter("lora")
    try scratch.edit(
      "adapters/lora/adapter_config.json", replacing: #""r": 4"#, with: #""r": 0"#)
    let outcome = try await scratch.run("inspect", adapter)
    #expect(outcome.standardOutput.contains("have rank 4, the configuration says 0: 4 is used"))
  }

  @Test func `factors of rank zero are code 65 with one line`() async throws {
    try scratch.copy("base-minilm")
    let prefix = "base_model.model.encoder.layer.0.intermediate.dense"
    try scratch.write(
      "adapters/empty/adapter_model.safetensors",
      HandWrittenTensors.file([
        (name: "\(prefix).lora_A.weight", shape: [0, 96], value: 0),
        (name: "\(prefix).lora_B.weight", shape: [192, 0], value: 0),
      ]))
    try scratch.write(
      "adapters/empty/adapter_config.json",
      text: #"{"peft_type": "LORA", "r": 0, "lora_alpha": 8}"#)
    let outcome = try await scratch.run(
      "analyze", "adapters/empty", "--base", "base-minilm", "--out", "out")
    #expect(outcome.status == 65, "\(outcome.standardError)")
    #expect(outcome.errorLines.count == 1, "\(outcome.standardError)")
    #expect(!scratch.exists("out") && !scratch.exists("out.partial"))
  }

  @Test(.enabled(if: !Permissions.areIgnored))
  func `a file without read permission is one line and code 65`() async throws {
    let adapter = try scratch.copyAdapter("lora")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0], ofItemAtPath: "\(adapter)/adapter_model.safetensors")
    let outcome = try await scratch.run("analyze", adapter, "--out", scratch.path("out"))
    #expect(outcome.status == 65)
    #expect(outcome.errorLines.count == 1)
  }
}
