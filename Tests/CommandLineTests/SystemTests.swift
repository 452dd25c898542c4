import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Systems of related papers, from the command line.
@Suite("Systems of papers") struct SystemTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func run(_ arguments: String...) async throws -> Sigmascope.Outcome {
    try await scratch.run(["system", "run"] + arguments)
  }

  /// What a run gives: everything but the report's command line.
  private func results(_ folder: String) throws -> [String: Data] {
    try scratch.files(in: folder).filter { name, _ in
      !name.hasSuffix("system.json") && !name.hasSuffix("report.html")
    }
  }

  @Test func `a run writes units, tables, a plot for each measure and a page`() async throws {
    let outcome = try await run("rolora-linear", "--out", "out")
    try #require(outcome.status == 0, "\(outcome.standardError)")
    for name in [
      "plan.json", "units/rolora-seed0.json", "units/fedavg-lora-seed2.json",
      "report/measurements.csv", "report/claims.csv", "report/system.json", "report/report.html",
      "report/plots/sine.svg", "report/plots/bound-ratio.svg", "report/plots/loss-over-floor.svg",
    ] { #expect(scratch.exists("out/\(name)"), "\(name)") }
    #expect(outcome.standardOutput.contains("1. reproduced: "))
  }

  @Test func `shards and a resumed run give the bytes of one run`() async throws {
    for index in 0..<2 {
      let shard = try await run(
        "rolora-linear", "--seeds", "0", "1", "--out", "parts", "--shard", "\(index)/2")
      try #require(shard.status == 0, "\(shard.standardError)")
      #expect(!scratch.exists("parts/report"))
    }
    let gathered = try await run("rolora-linear", "--out", "parts", "--resume", "--jobs", "1")
    #expect(gathered.status == 0, "\(gathered.standardError)")
    #expect(try await run("rolora-linear", "--out", "whole").status == 0)
    #expect(try results("parts") == results("whole"))
  }

  @Test(arguments: ["rolora", "sd-lora", "replora"])
  func `a system that was killed goes on, with the same bytes, and its checkpoints are read`(
    name: String
  ) async throws {
    let running = try Sigmascope().start(
      ["system", "run", name, "--seeds", "0", "--out", "out", "--jobs", "1"], in: scratch.folder)
    while running.isRunning, !scratch.exists("out/units") {
      try await Task.sleep(for: .milliseconds(2))
    }
    running.send(SIGKILL)
    await running.ended()
    let resumed = try await run(name, "--seeds", "0", "--out", "out", "--resume")
    try #require(resumed.status == 0, "\(resumed.standardError)")
    #expect(try await run(name, "--seeds", "0", "--out", "whole").status == 0)
    #expect(try results("out") == results("whole"))
    let arm = try #require(
      try FileManager.default.contentsOfDirectory(atPath: scratch.path("out/runs")).sorted().first)
    let analyzed = try await scratch.run("analyze", "out/runs/\(arm)", "--out", "read", "--quiet")
    #expect(analyzed.status == 0, "\(analyzed.standardError)")
  }

  @Test func `a base that cannot be trained leaves no folder`() async throws {
    try scratch.write("base/config.json", text: #"{"model_type": "bert"}"#)
    let outcome = try await run("rolora", "--base", "base", "--out", "out")
    #expect(outcome.status == 65 && outcome.errorLines.count == 1)
    #expect(!scratch.exists("out"))
  }

  @Test(arguments: ["rolora-linear", "sparse-retrieval"])
  func `a system that makes its own models takes no base`(name: String) async throws {
    let outcome = try await run(name, "--base", "scratchpad", "--out", "out")
    #expect(outcome.status == 65 && outcome.errorLines.count == 1)
    #expect(outcome.standardError.contains("leave --base out") && !scratch.exists("out"))
  }

  @Test(arguments: [
    (["documentation-retrieval"], "--corpus"),
    (["documentation-retrieval", "--corpus", "nothing"], "--corpus"),
    (["documentation-retrieval", "--corpus", "texts"], "--corpus"),
    (["rolora-linear", "--corpus", "texts"], "leave --corpus out"),
  ])
  func `texts that are missing, too few or not read leave no folder`(
    arguments: [String], word: String
  ) async throws {
    try scratch.write("texts/a.rst", text: "Only one\n========\nsection of some words\n")
    let outcome = try await scratch.run(["system", "run"] + arguments + ["--out", "out"])
    #expect(outcome.status == 65 && outcome.errorLines.count == 1, "\(outcome.standardError)")
    #expect(outcome.standardError.contains(word) && !scratch.exists("out"))
  }

  @Test func `what cannot be run is refused in one line`() async throws {
    let unknown = try await run("nothing")
    #expect(unknown.status == 64 && unknown.errorLines.count == 1)
    #expect(unknown.standardError.contains("rolora-linear"))
    #expect(try await run("rolora-linear", "--out", "out", "--quiet").status == 0)
    let again = try await run("rolora-linear", "--out", "out")
    #expect(again.status == 65 && again.standardError.contains("--resume"))
    let other = try await run("rolora", "--out", "out", "--resume")
    #expect(other.status == 65 && other.errorLines.count == 1)
    #expect(try await run("rolora-linear", "--seeds", "1", "1").status == 64)
  }
}
