import Foundation
import Testing

/// Numbers and names at the ends of what files can hold, given to the program.
@Suite("Extreme numbers and names in files") struct ExtremeNumbersTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func model(
    _ name: String, _ tensors: [(name: String, shape: [Int], value: Float)]
  ) throws {
    try scratch.write("\(name)/model.safetensors", HandWrittenTensors.file(tensors))
    try scratch.write("\(name)/config.json", text: #"{"model_type": "llama"}"#)
  }

  private func adapter(_ settings: String) throws {
    try scratch.write(
      "run/adapter_model.safetensors",
      HandWrittenTensors.file([
        (name: "base_model.model.layers.0.q_proj.lora_A.weight", shape: [2, 4], value: 0.5),
        (name: "base_model.model.layers.0.q_proj.lora_B.weight", shape: [6, 2], value: 0.5),
        (name: "base_model.model.layers.0.o_proj.lora_A.weight", shape: [2, 4], value: 0.5),
        (name: "base_model.model.layers.0.o_proj.lora_B.weight", shape: [6, 2], value: 0.5),
      ]))
    try scratch.write(
      "run/adapter_config.json", text: #"{"peft_type": "LORA", "r": 2, \#(settings)}"#)
  }

  private func base(q: Float, o: Float) throws {
    try model(
      "base",
      [
        (name: "layers.0.q_proj.weight", shape: [6, 4], value: q),
        (name: "layers.0.o_proj.weight", shape: [6, 4], value: o),
      ])
  }

  private func analyze(_ more: String...) async throws -> (Sigmascope.Outcome, [[String: String]]) {
    let outcome = try await scratch.run(["analyze", "run", "--out", "out"] + more)
    guard outcome.status == 0 else { return (outcome, []) }
    let lines = try String(contentsOf: scratch.url("out/metrics.csv"), encoding: .utf8)
      .split(separator: "\n").map { line in
        line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
    return (outcome, lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) })
  }

  private func summary() throws -> String {
    try String(contentsOf: scratch.url("out/summary.json"), encoding: .utf8)
  }

  @Test(arguments: ["\"lora_alpha\": 2", "\"lora_alpha\": 2, \"init_lora_weights\": \"pissa\""])
  func `a base matrix of zeros leaves its base-relative cells empty`(settings: String) async throws
  {
    try adapter(settings)
    try base(q: 0, o: 1)
    let (outcome, rows) = try await analyze("--base", "base", "--fail-on", "collapse")
    #expect(outcome.status == 0, "\(outcome.standardError)")
    let zero = try #require(rows.first { $0["kind"] == "q_proj" })
    let other = try #require(rows.first { $0["kind"] == "o_proj" })
    for metric in ["relative_update_norm", "head_share_right", "normalized_spectral_shift"] {
      #expect(zero[metric] == "" && other[metric] != "", "\(metric)")
    }
    // Every entry of the update is 1/2.
    #expect(
      abs((zero["update_frobenius_norm"].flatMap(Double.init) ?? 0) - 6.0.squareRoot()) < 1e-9)
    #expect(!scratch.exists("out.partial"))
  }

  @Test(arguments: ["pissa", "olora", "orthogonal"])
  func `NaN in a base is a finding of that matrix, and the others go on`(start: String) async throws
  {
    try adapter(#""lora_alpha": 2, "init_lora_weights": "\#(start)""#)
    try base(q: .nan, o: 1)
    let (outcome, rows) = try await analyze("--base", "base")
    #expect(outcome.status == 0, "\(outcome.standardError)")
    #expect(rows.first { $0["kind"] == "q_proj" }?["stable_rank"] == "")
    #expect(rows.first { $0["kind"] == "o_proj" }?["update_frobenius_norm"] != "")
    #expect(
      try summary().contains(
        "are NaN, infinite or too large to square: 24 in 1 of 2 analysed matrices")
    )
  }

  @Test(arguments: ["1e155", "1e200", "1e300"], [true, false])
  func `a scale beyond squares is a finding, with and without a base`(
    alpha: String, hasBase: Bool
  ) async throws {
    try adapter("\"lora_alpha\": \(alpha)")
    try base(q: 1, o: 1)
    let options = hasBase ? ["--base", "base"] : []
    let outcome = try await scratch.run(["analyze", "run", "--out", "out"] + options)
    #expect(outcome.status == 0, "\(outcome.standardError)")
    #expect(outcome.standardOutput.contains("2 matrices hold numbers too large to square"))
    #expect(
      try summary().contains("entries that are too large to square: 48 in 2 of 2 analysed matrices")
    )
  }

  @Test(arguments: ["1e155", "1e300", "-1e300"])
  func `so is one of the command line`(alpha: String) async throws {
    try adapter("\"lora_alpha\": 2")
    try base(q: 1, o: 1)
    let (outcome, rows) = try await analyze("--base", "base", "--alpha=\(alpha)")
    #expect(outcome.status == 0, "\(outcome.standardError)")
    #expect(rows.allSatisfy { $0["update_spectral_norm"] == "" })
    #expect(outcome.standardOutput.contains("2 matrices hold numbers too large to square"))
  }

  @Test func `a scale of the smallest numbers is analysed`() async throws {
    try adapter("\"lora_alpha\": 1e-320")
    try base(q: 1, o: 1)
    let (outcome, rows) = try await analyze("--base", "base")
    #expect(outcome.status == 0 && rows.count == 2, "\(outcome.standardError)")
  }

  @Test func `an embedding that was cut to nothing is a finding`() async throws {
    try model("base", [(name: "model.embed_tokens.weight", shape: [6, 4], value: 1)])
    try model("run", [(name: "model.embed_tokens.weight", shape: [0, 4], value: 1)])
    let (outcome, rows) = try await analyze("--base", "base")
    #expect(outcome.status == 0, "\(outcome.standardError)")
    #expect(rows.count == 1 && rows[0]["rows"] == "0")
    #expect(try summary().contains("has 0 rows, in the base 6"))
  }

  @Test(arguments: ["lora", "pissa", "olora"], ["auto", "head"])
  func `an empty base weight is no trap`(start: String, basis: String) async throws {
    try scratch.write(
      "run/adapter_model.safetensors",
      HandWrittenTensors.file([
        (name: "base_model.model.layers.0.q_proj.lora_A.weight", shape: [2, 0], value: 0),
        (name: "base_model.model.layers.0.q_proj.lora_B.weight", shape: [6, 2], value: 0.5),
      ]))
    let initialization = start == "lora" ? "true" : "\"\(start)\""
    try scratch.write(
      "run/adapter_config.json",
      text:
        #"{"peft_type": "LORA", "r": 2, "lora_alpha": 2, "init_lora_weights": \#(initialization)}"#)
    try model("base", [(name: "layers.0.q_proj.weight", shape: [6, 0], value: 0)])
    let (outcome, _) = try await analyze("--base", "base", "--basis", basis)
    #expect([0, 65].contains(outcome.status), "\(outcome.standardError)")
  }

  @Test func `names are one line in messages, whatever they hold`() async throws {
    let name = "layers.0.q\\u001b[31m\\n\\u202e" + String(repeating: "x", count: 10_000)
    try scratch.write(
      "run/adapter_model.safetensors",
      HandWrittenTensors.file([
        (name: "base_model.model.\(name).lora_A.weight", shape: [2, 4], value: 0.5),
        (name: "base_model.model.\(name).lora_B.weight", shape: [6, 2], value: 0.5),
      ]))
    try scratch.write(
      "run/adapter_config.json", text: #"{"peft_type": "LORA", "r": 2, "lora_alpha": 2}"#)
    try base(q: 1, o: 1)
    let refused = try await scratch.run("analyze", "run", "--base", "base", "--out", "out")
    #expect(refused.status == 65 && refused.errorLines.count == 1)
    let shown = try await scratch.run("inspect", "run", "--tensors")
    #expect(shown.status == 0)
    for text in [refused.standardError, shown.standardOutput] {
      #expect(text.utf8.count < 8_000)
      #expect(text.contains(#"q\u{1B}[31m\n\u{202E}xxx"#))
      #expect(!text.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{202E}" })
    }
  }
}
