import Foundation
import Testing

/// DoRA divides by the norm of each row. One that is zero is a fault of a file, which is named with the module.
@Suite("Rows of norm zero") struct ZeroNormTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test func `in a base that DoRA is to be trained on, the message names file and module`()
    async throws
  {
    try FileManager.default.copyItem(
      at: Fixtures.package.appendingPathComponent("notebooks-data/base-scratchpad"),
      to: scratch.url("base"))
    let file = scratch.url("base/model.safetensors")
    var bytes = try Data(contentsOf: file)
    let length = Int(bytes[0]) | Int(bytes[1]) << 8 | Int(bytes[2]) << 16
    let header = try #require(
      JSONSerialization.jsonObject(with: bytes[8..<8 + length]) as? [String: [String: Any]])
    let name = "model.layers.1.self_attn.q_proj"
    let offsets = try #require(header["\(name).weight"]?["data_offsets"] as? [Int])
    let shape = try #require(header["\(name).weight"]?["shape"] as? [Int])
    let begin = 8 + length + offsets[0]
    let row = (offsets[1] - offsets[0]) / shape[0]
    bytes.replaceSubrange(begin + 2 * row..<begin + 3 * row, with: repeatElement(0, count: row))
    try bytes.write(to: file)
    let outcome = try await scratch.run(
      "train", "--base", "base", "--adapter", "dora", "--targets", "q_proj", "--steps", "1",
      "--out", "run")
    #expect(outcome.status == 65)
    #expect(
      outcome.errorLines == [
        "error: 'base/model.safetensors': output feature 2 of '\(name)' has norm 0, which the"
          + " adapter divides by"
      ])
  }

  @Test func `in the base of a saved DoRA, the message names checkpoint, base and module`()
    async throws
  {
    let module = "layers.0.q_proj"
    try scratch.write(
      "base/model.safetensors",
      HandWrittenTensors.file([(name: "\(module).weight", shape: [6, 4], value: 0)]))
    try scratch.write("base/config.json", text: #"{"model_type": "llama"}"#)
    try scratch.write(
      "run/adapter_config.json",
      text: #"{"peft_type": "LORA", "r": 2, "lora_alpha": 2, "use_dora": true}"#)
    try scratch.write(
      "run/adapter_model.safetensors",
      HandWrittenTensors.file([
        (name: "base_model.model.\(module).lora_A.weight", shape: [2, 4], value: 1),
        (name: "base_model.model.\(module).lora_B.weight", shape: [6, 2], value: 0),
        (name: "base_model.model.\(module).lora_magnitude_vector.weight", shape: [6], value: 1),
      ]))
    let outcome = try await scratch.run(
      "analyze", "run", "--base", "base", "--out", "out", "--quiet")
    #expect(outcome.status == 65)
    #expect(outcome.errorLines.count == 1)
    for part in ["'run'", "'base'", "'\(module)'", "norm 0"] {
      #expect(outcome.standardError.contains(part), "\(outcome.standardError)")
    }
  }
}
