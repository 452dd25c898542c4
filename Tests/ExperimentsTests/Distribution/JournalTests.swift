import Checkpoints
import Experiments
import Foundation
import Spectra
import Testing

/// What an analysis keeps is known again wherever the files are, and only while they are the same.
@Suite("Journals") struct JournalTests {
  private let scratch: StudyScratch
  private static let demo = URL(fileURLWithPath: SmallStudies.base).deletingLastPathComponent()
    .appendingPathComponent("tiny-qwen2-grpo")

  init() throws { scratch = try StudyScratch() }

  /// Copies the base and one run, without their dates.
  private func copy(to name: String) throws -> (runs: String, base: String) {
    let folder = URL(fileURLWithPath: "\(scratch.path)/\(name)")
    for part in ["base", "runs/lora"] {
      for file in try FileManager.default.subpathsOfDirectory(
        atPath: Self.demo.appendingPathComponent(part).path)
      {
        let source = Self.demo.appendingPathComponent("\(part)/\(file)")
        guard (try? source.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == false else {
          continue
        }
        let target = folder.appendingPathComponent("\(part)/\(file)")
        try FileManager.default.createDirectory(
          at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(contentsOf: source).write(to: target)
      }
    }
    return (folder.appendingPathComponent("runs").path, folder.appendingPathComponent("base").path)
  }

  private func plan(_ paths: (runs: String, base: String)) throws -> AnalysisPlan {
    try AnalysisPlan(
      of: Discovery.runs(at: paths.runs),
      selecting: AnalysisSelection(base: .given(paths.base)))
  }

  private let options = AnalysisOptions(topCount: 4)

  private func journals(
    of plan: AnalysisPlan, in name: String, shard: Shard? = nil
  ) throws -> (AnalysisJournals, AnalysisWorkspace) {
    let workspace = try AnalysisWorkspace(output: "\(scratch.path)/\(name)", shard: shard)
    try workspace.open()
    let journals = try AnalysisJournals(
      in: workspace, fingerprint: plan.fingerprint(options: options, version: "0"),
      continuing: true, collecting: false)
    return (journals, workspace)
  }

  /// Does a share of the work of a plan.
  private func carryOut(_ plan: AnalysisPlan, in name: String, _ shard: Shard) async throws {
    let (journals, workspace) = try journals(of: plan, in: name, shard: shard)
    let results = try await AnalysisEngine(options: options, jobs: 2, cache: nil).run(
      plan.groups, journals: journals,
      fingerprint: plan.fingerprint(options: options, version: "0"),
      over: ShardDistribution(shard)
    ) { _ in }
    #expect(results == nil)
    withExtendedLifetime(workspace) {}
  }

  /// The number of units that are computed when an analysis goes on, and its results.
  private func finish(
    _ plan: AnalysisPlan, in name: String
  ) async throws -> (repeated: Int, results: AnalysisResults) {
    let (journals, workspace) = try journals(of: plan, in: name)
    let (units, unit) = AsyncStream.makeStream(of: Void.self)
    let results = try await AnalysisEngine(options: options, jobs: 2, cache: nil).run(
      plan.groups, journals: journals,
      fingerprint: plan.fingerprint(options: options, version: "0")
    ) { _ in unit.yield() }
    unit.finish()
    var count = 0
    for await _ in units { count += 1 }
    withExtendedLifetime(workspace) {}
    return (count, try #require(results))
  }

  private static let shards = (0..<3).compactMap { Shard(index: $0, of: 3) }

  @Test func `shards on copies of the files are put together without any work`() async throws {
    for shard in Self.shards {
      try await carryOut(plan(copy(to: "node\(shard.index)")), in: "out", shard)
    }
    let here = try plan(copy(to: "here"))
    let (repeated, results) = try await finish(here, in: "out")
    #expect(repeated == 0)
    let (computed, whole) = try await finish(here, in: "whole")
    #expect(computed == here.groups.reduce(0) { $0 + $1.units.count })
    let sorted = [results, whole].map { results in
      results.modules.sorted {
        ($0.identity.module, $0.identity.step) < ($1.identity.module, $1.identity.step)
      }
    }
    #expect(sorted[0] == sorted[1])
    #expect(Set(results.trajectories.map(\.identity)) == Set(whole.trajectories.map(\.identity)))
    #expect(results.trajectories.count == whole.trajectories.count)
  }

  @Test func `weights that change in place are analysed again, though name and size are the same`()
    async throws
  {
    let paths = try copy(to: "here")
    let before = try plan(paths)
    _ = try await finish(before, in: "out")
    let file = URL(
      fileURLWithPath: "\(paths.runs)/lora/checkpoint-50/adapter_model.safetensors")
    var data = try Data(contentsOf: file)
    data[data.count - 1] ^= 1
    try data.write(to: file)
    let after = try plan(paths)
    let (repeated, _) = try await finish(after, in: "out")
    #expect(repeated == after.groups.reduce(0) { $0 + $1.units.count { $0.identity.step == 50 } })
  }

  @Test func `the journal of another analysis is named and not used`() async throws {
    let plan = try plan(copy(to: "here"))
    for shard in Self.shards { try await carryOut(plan, in: "out", shard) }
    let file = URL(fileURLWithPath: "\(scratch.path)/out.partial/journal-1-of-3.jsonl")
    let text = try String(contentsOf: file, encoding: .utf8)
    let head = try #require(text.split(separator: "\n").first)
    try Data(text.replacingOccurrences(of: head, with: head.dropLast() + "x").utf8).write(to: file)
    let (journals, workspace) = try journals(of: plan, in: "out")
    #expect(journals.foreign == ["journal-1-of-3.jsonl"])
    withExtendedLifetime(workspace) {}
  }

  @Test func `a whole analysis waits for its shards, and shards do not wait for each other`()
    throws
  {
    let plan = try plan(copy(to: "here"))
    let first = try journals(of: plan, in: "out", shard: Self.shards[0])
    let second = try journals(of: plan, in: "out", shard: Self.shards[1])
    #expect(throws: (any Error).self) { try journals(of: plan, in: "out") }
    #expect(throws: (any Error).self) { try journals(of: plan, in: "out", shard: Self.shards[1]) }
    withExtendedLifetime((first, second)) {}
  }
}
