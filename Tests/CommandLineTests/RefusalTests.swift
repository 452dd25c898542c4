import Foundation
import Testing

/// A refusal says what to do. Here it is done, on the input that was refused. The commands in Python are tried by
/// `Tests/Python/check_refusals.py`.
@Suite("What refusals say to do") struct RefusalTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let refused: String
    let status: Int32
    let says: String
    let remedy: String

    var testDescription: String { refused }
  }

  private static let cases = [
    Case(
      refused: "analyze base-minilm-sharded-bf16", status: 65,
      says: "base-minilm', which has its shapes",
      remedy: "analyze base-minilm-sharded-bf16 --base base-minilm"),
    Case(
      refused: "analyze base-minilm --base base-minilm", status: 65,
      says: "is the base itself: leave it out, and give only what was trained from it",
      remedy: "analyze adapters/rslora --base base-minilm"),
    Case(
      refused: "analyze adapters/dora --no-base", status: 65, says: "give the base with --base",
      remedy: "analyze adapters/dora --base base-minilm"),
    Case(
      refused: "analyze adapters/rslora --base adapters/dora", status: 65,
      says: "give the model with --base", remedy: "analyze adapters/rslora --base base-minilm"),
    Case(
      refused: "analyze adapters/lora", status: 65, says: "give the true value with --alpha",
      remedy: "analyze adapters/lora --alpha 8"),
    Case(
      refused: "analyze adapters/rslora --metrics zzzzzzzz", status: 64,
      says: "see 'sigmascope list metrics'", remedy: "list metrics"),
    Case(
      refused: "analyze adapters/rslora --out base-minilm", status: 74, says: "with --out",
      remedy: "analyze adapters/rslora --out report"),
    Case(
      refused: "analyze torchtune/adapter_0.pt --base base-minilm", status: 65,
      says: #"write {"peft_type": "LORA", "r": RANK, "lora_alpha": ALPHA} into it"#,
      remedy: "inspect torchtune-completed/adapter_0.pt"),
  ]

  @Test(arguments: cases) func `works`(refusal: Case) async throws {
    let scratch = try Scratch()
    for fixture in [
      "base-minilm", "base-minilm-sharded-bf16", "adapters/lora", "adapters/rslora",
      "adapters/dora",
    ] { try scratch.copy(fixture) }
    try scratch.edit(
      "adapters/lora/adapter_config.json", replacing: #""lora_alpha": 8"#,
      with: #""lora_alpha": 0"#)
    let factors = HandWrittenTensors.file([
      (name: "layers.0.attn.v_proj.lora_a.weight", shape: [1, 4], value: 1),
      (name: "layers.0.attn.v_proj.lora_b.weight", shape: [6, 1], value: 1),
    ])
    try scratch.write("torchtune/adapter_0.pt", factors)
    try scratch.write("torchtune-completed/adapter_0.pt", factors)
    try scratch.write(
      "torchtune-completed/adapter_config.json",
      text: #"{"peft_type": "LORA", "r": 1, "lora_alpha": 2}"#)
    let run = { (command: String) in
      try await scratch.run(command.split(separator: " ").map(String.init))
    }
    let refused = try await run(refusal.refused)
    #expect(refused.status == refusal.status)
    #expect(refused.standardError.contains(refusal.says), "\(refused.standardError)")
    let remedied = try await run(refusal.remedy)
    #expect(remedied.status == 0, "\(remedied.standardError)")
  }
}
