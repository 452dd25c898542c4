import Foundation
import Testing

/// An adapter over a base that a library has quantised, from the files to the tables.
@Suite("Quantised bases") struct QuantizedBaseTests {
  @Test(arguments: [
    (name: "bnb-nf4-nested", rows: 72, columns: 256), (name: "gptq-4-order", rows: 32, columns: 96),
    (name: "fp8-blocks", rows: 24, columns: 40),
  ])
  func `give the tables of the base that their library dequantises`(
    name: String, rows: Int, columns: Int
  ) async throws {
    let scratch = try Scratch()
    let adapter = HandWrittenTensors.file([
      (name: "base_model.model.up_proj.lora_A.weight", shape: [1, columns], value: 0.5),
      (name: "base_model.model.up_proj.lora_B.weight", shape: [rows, 1], value: 0.25),
    ])
    try scratch.write("adapter/adapter_model.safetensors", adapter)
    try scratch.write(
      "adapter/adapter_config.json",
      text: #"{"peft_type": "LORA", "r": 1, "lora_alpha": 2, "target_modules": ["up_proj"]}"#)
    try scratch.copy("quantized/\(name)")
    try FileManager.default.createDirectory(
      at: scratch.url("plain"), withIntermediateDirectories: true)
    try FileManager.default.moveItem(
      at: scratch.url("quantized/\(name)/expected.safetensors"),
      to: scratch.url("plain/model.safetensors"))
    try scratch.write("plain/config.json", text: #"{"model_type": "llama"}"#)
    for (base, out) in [("quantized/\(name)", "quantized-report"), ("plain", "plain-report")] {
      let outcome = try await scratch.run(
        "analyze", "adapter", "--base", base, "--out", out, "--formats", "csv", "--no-cache")
      #expect(outcome.status == 0, "\(outcome.standardError)")
    }
    let tables = try scratch.files(in: "quantized-report").filter { $0.key.hasSuffix(".csv") }
    #expect(tables.count >= 4)
    #expect(try tables == scratch.files(in: "plain-report").filter { $0.key.hasSuffix(".csv") })
  }
}
