import Checkpoints
import Diagnosis
import Documents
import Experiments
import Foundation
import LinearAlgebra
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

  private let options = AnalysisOptions(
    topCount: 4, metrics: Set(MetricRegistry.names + PathMetricRegistry.names))

  private func journals(
    of plan: AnalysisPlan, in name: String, shard: Shard? = nil,
    kernel: String = LinearAlgebraLibrary.current.core, mixing: Bool = false
  ) throws -> (AnalysisJournals, AnalysisWorkspace) {
    let workspace = try AnalysisWorkspace(output: "\(scratch.path)/\(name)", shard: shard)
    try workspace.open()
    let journals = try AnalysisJournals(
      in: workspace, fingerprint: plan.fingerprint(options: options, version: "0"),
      kernel: kernel, continuing: true, mixingKernels: mixing)
    return (journals, workspace)
  }

  /// Does a share of the work of a plan.
  private func carryOut(
    _ plan: AnalysisPlan, in name: String, _ shard: Shard,
    kernel: String = LinearAlgebraLibrary.current.core
  ) async throws {
    let (journals, workspace) = try journals(of: plan, in: name, shard: shard, kernel: kernel)
    try await AnalysisEngine(options: options, jobs: 2, cache: nil).run(
      plan.groups, journals: journals,
      fingerprint: plan.fingerprint(options: options, version: "0"),
      over: ShardDistribution(shard)
    ) { _ in }
    withExtendedLifetime(workspace) {}
  }

  /// The number of units that are computed when an analysis goes on, and what comes of it.
  private func finish(
    _ plan: AnalysisPlan, in name: String, mixing: Bool = false
  ) async throws -> (repeated: Int, analysis: Analysis) {
    let (journals, workspace) = try journals(of: plan, in: name, mixing: mixing)
    let (units, unit) = AsyncStream.makeStream(of: Void.self)
    try await AnalysisEngine(options: options, jobs: 2, cache: nil).run(
      plan.groups, journals: journals,
      fingerprint: plan.fingerprint(options: options, version: "0")
    ) { _ in unit.yield() }
    unit.finish()
    var count = 0
    for await _ in units { count += 1 }
    withExtendedLifetime(workspace) {}
    let analysis = try Analysis(
      plan: plan, journals: journals, options: options, command: [], version: "0")
    return (count, analysis)
  }

  private static let shards = (0..<3).compactMap { Shard(index: $0, of: 3) }

  @Test func `shards on copies of the files are put together without any work`() async throws {
    for shard in Self.shards {
      try await carryOut(plan(copy(to: "node\(shard.index)")), in: "out", shard)
    }
    let here = try plan(copy(to: "here"))
    let (repeated, merged) = try await finish(here, in: "out")
    #expect(repeated == 0)
    let (computed, whole) = try await finish(here, in: "whole")
    #expect(computed == here.groups.reduce(0) { $0 + $1.units.count })
    #expect(merged.modules.count == computed)
    #expect(try merged.modules.map { $0 } == whole.modules.map { $0 })
    #expect(try merged.trajectories.map { $0 } == whole.trajectories.map { $0 })
    #expect(!merged.trajectories.isEmpty)
  }

  @Test func `a journal that is changed while it is read back is an error that names it`()
    async throws
  {
    let (_, analysis) = try await finish(plan(copy(to: "here")), in: "out")
    let file = URL(fileURLWithPath: "\(scratch.path)/out.partial/journal.jsonl")
    let handle = try FileHandle(forWritingTo: file)
    try handle.seek(toOffset: try handle.seekToEnd() / 2)
    try handle.write(contentsOf: Data(repeating: UInt8(ascii: "x"), count: 64))
    try handle.close()
    // The order of the records is that in which tasks ended.
    let error = #expect(throws: OutputError.self) {
      try analysis.modules.forEach { _ in }
      try analysis.trajectories.forEach { _ in }
    }
    #expect(error?.description.contains("journal.jsonl' cannot be read back") == true)
  }

  @Test func `results are read back in any order, whatever was added in between`() async throws {
    let (_, analysis) = try await finish(plan(copy(to: "here")), in: "out")
    let all = try analysis.modules.map { $0 }
    #expect(all.count == analysis.modules.count)
    for index in all.indices.reversed() { #expect(try analysis.modules.read(index) == all[index]) }
    for step in Set(all.map(\.identity.step)) {
      #expect(
        try analysis.modules.at(step: step).map(\.identity.module)
          == all.filter { $0.identity.step == step }.map(\.identity.module))
    }
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
    #expect(journals.unused.map(\.name) == ["journal-1-of-3.jsonl"])
    withExtendedLifetime(workspace) {}
  }

  @Test func `what another kernel computed is named, and taken only when that is asked for`()
    async throws
  {
    let plan = try plan(copy(to: "here"))
    let here = LinearAlgebraLibrary.current.core
    for shard in Self.shards.prefix(2) {
      try await carryOut(plan, in: "out", shard, kernel: shard.index == 0 ? "Elsewhere" : here)
    }
    do {
      let (journals, workspace) = try journals(of: plan, in: "out")
      #expect(journals.unused.map(\.name) == ["journal-0-of-3.jsonl"])
      let words = try #require(journals.unused.first).description
      #expect(words.contains("'Elsewhere'") && words.contains("--mix-kernels"))
      withExtendedLifetime(workspace) {}
    }
    let (_, mixed) = try await finish(plan, in: "out", mixing: true)
    #expect(mixed.kernel == ["Elsewhere", here].sorted().joined(separator: " + "))
    // Without the option the results of the other kernel are computed again.
    let (repeated, alike) = try await finish(plan, in: "out")
    #expect(repeated > 0 && alike.kernel == here)
    #expect(try alike.modules.map { $0 } == mixed.modules.map { $0 })
  }

  @Test func `a journal that another kernel went on with says so where that began`() async throws {
    let plan = try plan(copy(to: "here"))
    let (_, whole) = try await finish(plan, in: "out")
    do {
      let (journals, workspace) = try journals(
        of: plan, in: "out", kernel: "Elsewhere", mixing: true)
      #expect(journals.unused.isEmpty)
      withExtendedLifetime(workspace) {}
    }
    let text = try String(
      contentsOfFile: "\(scratch.path)/out.partial/journal.jsonl", encoding: .utf8)
    #expect(text.hasSuffix(" Elsewhere\n"))
    let (repeated, again) = try await finish(plan, in: "out")
    #expect(repeated == 0)
    #expect(try again.modules.map { $0 } == whole.modules.map { $0 })
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
