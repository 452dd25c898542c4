import Foundation
import Testing

/// How a weight moved over the checkpoints of a run: trajectory.csv and path.csv.
@Suite("Trajectories") struct TrajectoryTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private static let module = "model.layers.0.self_attn.q_proj"

  /// A model of one weight with this value everywhere.
  private func write(_ name: String, _ value: Float) throws {
    try scratch.write(
      "\(name)/model.safetensors",
      HandWrittenTensors.file([(name: "\(Self.module).weight", shape: [6, 4], value: value)]))
    try scratch.write(
      "\(name)/config.json",
      text: #"{"model_type": "llama", "num_attention_heads": 2, "hidden_size": 6}"#)
  }

  /// The rows of a table of the report, by column.
  private func table(_ name: String, in report: String = "out") throws -> [[String: String]] {
    let text = try String(contentsOf: scratch.url("\(report)/\(name)"), encoding: .utf8)
    let lines = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
  }

  private func analyze(_ values: [Int: Float], _ options: String...) async throws {
    try write("base", 1)
    for (step, value) in values { try write("run/checkpoint-\(step)", value) }
    let outcome = try await scratch.run(
      ["analyze", "run", "--base", "base", "--no-cache", "--out", "out"] + options)
    try #require(outcome.status == 0, "\(outcome.standardError)")
  }

  @Test func `a constant pace from the base is a straight path, and step 0 is no point of it`()
    async throws
  {
    try await analyze([0: 1, 10: 1.5, 20: 2, 40: 3])
    let row = try #require(try table("trajectory.csv").first)
    #expect(row["origin"] == "0" && row["points"] == "3" && row["step"] == "40")
    for name in ["path_first_share", "path_linearity", "increment_cosine"] {
      #expect(abs(try #require(Double(row[name] ?? "")) - 1) <= 1e-12, "\(name)")
    }
    #expect(try #require(Double(row["extrapolation_error"] ?? "")) <= 1e-6)
    #expect(row["null_increment_cosine"] == "0.0")
    // 0.5 in each of 24 entries, twice.
    let path = try table("path.csv")
    #expect(path.map { $0["step"] } == ["10", "20", "40"])
    let length = try #require(Double(path[1]["increment_norm"] ?? ""))
    #expect(abs(length - 6.squareRoot()) <= 1e-12)
    #expect(path[0]["increment_norm"] == "" && path[1]["increment_cosine"] == "")
  }

  @Test func `a path begins at the last checkpoint that is still the base`() async throws {
    try await analyze([5: 1, 10: 1, 20: 2, 30: 3, 40: 4])
    let row = try #require(try table("trajectory.csv").first)
    #expect(row["origin"] == "10" && row["points"] == "3")
    #expect(abs(try #require(Double(row["path_linearity"] ?? "")) - 1) <= 1e-12)
  }

  @Test func `a path ends before numbers that are not finite`() async throws {
    try await analyze([10: 2, 20: 3, 30: 4, 40: .nan, 50: 5])
    let row = try #require(try table("trajectory.csv").first)
    #expect(row["points"] == "3" && row["step"] == "30")
    #expect(row["path_first_share"]?.isEmpty == false)
  }

  @Test(arguments: [[10: 2, 20: 3] as [Int: Float], [10: 1, 20: 1, 30: 1], [10: .nan]])
  func `fewer than three points leave the cells empty`(values: [Int: Float]) async throws {
    try await analyze(values)
    let row = try #require(try table("trajectory.csv").first)
    #expect(row["path_first_share"] == "" && row["null_extrapolation_error"] == "")
    #expect(!scratch.exists("out/plots/trajectory.svg"))
  }

  @Test func `only wanted metrics of paths are computed`() async throws {
    let values: [Int: Float] = [10: 2, 20: 3, 30: 4]
    try await analyze(values, "--metrics", "increment_cosine")
    let row = try #require(try table("trajectory.csv").first)
    #expect(row["path_first_share"] == "" && row["increment_cosine"]?.isEmpty == false)
    try await analyze(values, "--metrics", "stable_rank")
    #expect(try table("trajectory.csv").isEmpty && table("heads.csv").isEmpty)
  }

  @Test func `heads of q are blocks of rows with the shares of the update`() async throws {
    try await analyze([10: 2])
    let heads = try table("heads.csv")
    #expect(heads.map { $0["update_share"] } == ["0.5", "0.5"])
    #expect(heads.allSatisfy { $0["head_is"] == "rows" && $0["null_mean"] == "0.5" })
    let row = try #require(try table("metrics.csv").first)
    #expect(row["head_concentration"] == "1.0")
  }

  @Test func `real runs have a path for every weight of every run`() async throws {
    let outcome = try await scratch.run([
      "analyze", Fixtures.demo.appendingPathComponent("runs").path, "--quiet", "--no-cache",
      "--base", Fixtures.demo.appendingPathComponent("base").path, "--out", "out",
    ])
    try #require(outcome.status == 0, "\(outcome.standardError)")
    let rows = try table("trajectory.csv")
    let modules = Set(try table("metrics.csv").map { "\($0["run"]!) \($0["module"]!)" })
    #expect(Set(rows.map { "\($0["run"]!) \($0["module"]!)" }) == modules)
    #expect(rows.count == modules.count)
    let moved = rows.filter { $0["points"] == "6" }
    #expect(!moved.isEmpty && moved.allSatisfy { $0["path_first_share"]?.isEmpty == false })
    #expect(scratch.exists("out/plots/trajectory.svg"))
  }
}
