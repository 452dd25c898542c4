import Checkpoints
import Documents
import Foundation
import LinearAlgebra
import Merging
import Testing
import Updates

/// Bases that cannot be those of training: by the contents that the run recorded, or by where the adapter started.
@Suite("Bases that are not those of training") struct OtherBaseTests {
  /// An adapter whose run recorded the contents of the base, or of another one beside it with twice its weights.
  private func bench(recordingOther: Bool = false) throws -> MergeBench {
    let bench = try MergeBench(.float32)
    try bench.writeAdapter("adapter", size: 2e-3)
    try bench.writeModel("other", bench.weights.mapValues { 2 * $0 })
    let name = recordingOther ? "other" : "base"
    try record(name, hash: ModelFolder(path: bench.path(name)).contentHash(), in: bench)
    return bench
  }

  private func record(_ base: String, hash: String, in bench: MergeBench) throws {
    try Data(#"{"base": "../\#(base)", "base_hash": "\#(hash)"}"#.utf8)
      .write(to: bench.folder.appendingPathComponent("adapter/run.json"))
  }

  private func plan(
    _ bench: MergeBench, _ adapter: String = "adapter", allowing: Bool = false
  ) throws -> MergePlan {
    try MergePlan(
      base: bench.base(), adapter: MergeInput(path: bench.path(adapter)), allowsOtherBase: allowing)
  }

  private func refusal(_ bench: MergeBench, _ adapter: String = "adapter") throws -> String {
    let error = #expect(throws: UpdateError.self) { try plan(bench, adapter) }
    return "\(try #require(error))"
  }

  @Test func `the recorded base is merged into without a word`() throws {
    #expect(try plan(bench()).findings == [])
  }

  @Test func `another one is refused, with what to do in one line`() throws {
    let bench = try bench(recordingOther: true)
    let words = try BaseAdvice.$words.withValue("as the first argument") { try refusal(bench) }
    #expect(
      words.hasPrefix("'\(bench.path("adapter"))': the base '\(bench.path("base"))' is not the one")
    )
    #expect(
      words.hasSuffix(
        ": give its own base as the first argument, or --allow-other-base to take this one"))
    #expect(!words.contains("\n"))
  }

  @Test func `one that is allowed is a finding`() throws {
    let findings = try plan(bench(recordingOther: true), allowing: true).findings
    #expect(
      findings.count == 1 && findings[0].contains("numbers that depend on the base may be wrong"))
  }

  @Test func `one of which only the record says that it changed is a finding`() throws {
    let bench = try bench()
    // Its configuration may have been edited: the one hash of all does not say what differs.
    try record("base", hash: "0123456789abcdef", in: bench)
    let findings = try plan(bench).findings
    #expect(
      findings.count == 1 && findings[0].contains("its weights, configuration or tokenizer differ"))
  }

  @Test func `a copy with another configuration is not refused`() throws {
    let bench = try bench()
    try bench.writeModel("copy", bench.weights)
    try record("copy", hash: "0123456789abcdef", in: bench)
    #expect(try plan(bench).findings == [])
  }

  @Test func `a check against it fails, whatever the weights say`() async throws {
    let bench = try bench(recordingOther: true)
    try bench.writeMerged("adapter") { _, weight, update in weight + update }
    func check(allowing: Bool) async throws -> CheckReport {
      try await MergeCheck(
        base: bench.base(), adapter: MergeInput(path: bench.path("adapter")),
        merged: MergeInput(path: bench.path("merged")), allowsOtherBase: allowing
      ).report(jobs: 2)
    }
    let failed = try await check(allowing: false)
    #expect(failed.conclusion == .fault && failed.fault == "another_base")
    #expect(failed.headline.hasPrefix("the base is not the one that the adapter was trained on"))
    #expect(failed.findings.count == 1)
    let allowed = try await check(allowing: true)
    #expect(allowed.conclusion == .pass && allowed.fault == nil)
    #expect(allowed.findings == failed.findings)
  }

  @Test func `a start that lies far from the base at the first checkpoint is refused`() throws {
    let bench = try MergeBench(.float32)
    // Of a base with larger weights.
    var generator = SplitMix64(seed: 31)
    for name in ["run/checkpoint-1", "run/checkpoint-2"] {
      try bench.writeAdapter(name, fields: #""lora_alpha": 4, "init_lora_weights": "pissa""#) {
        (
          generator.gaussianMatrix(rows: 4, columns: $1.columns),
          generator.gaussianMatrix(rows: $1.rows, columns: 4)
        )
      }
    }
    for path in ["run", "run/checkpoint-2"] {
      #expect(try refusal(bench, path).contains("away from the block of this base"))
      #expect(try plan(bench, path, allowing: true).findings.count >= 1)
    }
  }

  @Test func `one that only the name speaks against is a finding`() throws {
    let bench = try MergeBench(.float32)
    try bench.writeModel("other", bench.weights.mapValues { 2 * $0 })
    try bench.writeAdapter(
      "adapter", fields: #""lora_alpha": 4, "base_model_name_or_path": "../other""#)
    let findings = try plan(bench).findings
    #expect(findings.count == 1)
    #expect(
      findings[0].hasSuffix(
        "the run names the base '../other'; '\(bench.path("base"))', which has other weights, was taken"
      ))
  }
}
