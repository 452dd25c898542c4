import Foundation
import Testing

/// A checkpoint of whole weights of which one holds NaN.
@Suite("Weights that are not finite") struct NonFiniteTests {
  private let scratch: Scratch
  private static let damaged = "model.layers.0.mlp.up_proj"

  init() throws {
    scratch = try Scratch()
    for (name, up, down) in [("base", Float(1), Float(1)), ("copy", 1, 1), ("run", .nan, 1.5)] {
      let bytes = HandWrittenTensors.file([
        (name: "\(Self.damaged).weight", shape: [6, 4], value: up),
        (name: "model.layers.0.mlp.down_proj.weight", shape: [4, 6], value: down),
      ])
      try scratch.write("\(name)/model.safetensors", bytes)
      try scratch.write("\(name)/config.json", text: #"{"model_type": "llama"}"#)
    }
  }

  private func analyze(_ options: String...) async throws -> Sigmascope.Outcome {
    try await scratch.run(["analyze", "run", "--base", "base", "--out", "out"] + options)
  }

  private struct Summary: Decodable {
    struct Totals: Decodable {
      let modules: Int
      let nonFiniteModules: Int
    }
    struct Run: Decodable {
      struct Step: Decodable { let nonFiniteModules: [String] }
      let steps: [Step]
    }
    let totals: Totals
    let runs: [Run]
  }

  @Test func `are no failure`() async throws {
    let outcome = try await analyze()
    #expect(outcome.status == 0, "\(outcome.standardError)")
  }

  @Test func `are named in summary.json`() async throws {
    _ = try await analyze()
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let summary = try decoder.decode(
      Summary.self, from: Data(contentsOf: scratch.url("out/summary.json")))
    #expect(summary.totals.modules == 2)
    #expect(summary.totals.nonFiniteModules == 1)
    #expect(summary.runs.flatMap(\.steps).map(\.nonFiniteModules) == [[Self.damaged]])
  }

  @Test func `are named in what is printed`() async throws {
    let outcome = try await analyze()
    #expect(outcome.standardOutput.contains("NaN"))
    #expect(outcome.standardOutput.contains(Self.damaged))
  }

  @Test(arguments: ["lora", "pissa"])
  func `are no base to train from, and the message names the file`(adapter: String) async throws {
    try FileManager.default.copyItem(
      at: Fixtures.package.appendingPathComponent("notebooks-data/base-scratchpad"),
      to: scratch.url("decoder"))
    // The last tensor of the file ends with it.
    var bytes = try Data(contentsOf: scratch.url("decoder/model.safetensors"))
    bytes.replaceSubrange(bytes.count - 4..<bytes.count, with: [0, 0, 0xC0, 0x7F])
    try scratch.write("decoder/model.safetensors", bytes)
    let outcome = try await scratch.run(
      "train", "--base", "decoder", "--adapter", adapter, "--steps", "1", "--out", "trained")
    #expect(outcome.status == 65)
    #expect(outcome.errorLines.count == 1, "\(outcome.standardError)")
    #expect(outcome.standardError.contains("decoder/model.safetensors': tensor '"))
  }

  @Test func `leave no metric that is not a number in the table`() async throws {
    _ = try await analyze()
    let table = try String(contentsOf: scratch.url("out/metrics.csv"), encoding: .utf8).lowercased()
    #expect(!table.contains("nan") && !table.contains("inf"))
  }

  @Test(arguments: ["collapse", "suspicion", "non-finite"])
  func `are code 1 under a condition that holds`(condition: String) async throws {
    #expect(try await analyze("--fail-on", condition).status == 1)
  }

  @Test(arguments: ["collapse", "suspicion", "non-finite"])
  func `a condition that does not hold is code 0`(condition: String) async throws {
    let outcome = try await scratch.run(
      "analyze", "copy", "--base", "base", "--out", "out", "--fail-on", condition)
    #expect(outcome.status == 0, "\(outcome.standardError)")
  }

  @Test(arguments: [Float(1e9), 1e18, 1e30, 1e38, 1e-30, .leastNonzeroMagnitude])
  func `huge and tiny weights that are finite are analysed`(value: Float) async throws {
    try scratch.write(
      "run/model.safetensors",
      HandWrittenTensors.file([
        (name: "\(Self.damaged).weight", shape: [6, 4], value: value),
        (name: "model.layers.0.mlp.down_proj.weight", shape: [4, 6], value: -value),
      ]))
    let outcome = try await analyze()
    #expect(outcome.status == 0, "\(outcome.standardError)")
  }

  @Test func `a condition that holds does not keep the report from being written`() async throws {
    _ = try await analyze("--fail-on", "non-finite")
    #expect(scratch.exists("out/summary.json"))
  }
}
