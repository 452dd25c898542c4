import Checkpoints
import Diagnosis
import Experiments
import Foundation
import Spectra
import Studies
import Testing

@Suite("Runs of TRL") struct ComparedRunsTests {
  private static let runs = URL(fileURLWithPath: SmallStudies.base).deletingLastPathComponent()
    .appendingPathComponent("trl-scratchpad").path

  private static func study(cache: String, topCount: Int = 8) async throws -> StudyResults {
    let plan = try AnalysisPlan(
      of: Discovery.runs(at: runs), selecting: AnalysisSelection())
    let options = AnalysisOptions(topCount: topCount, metrics: [RelativeUpdateNorm.name])
    let engine = AnalysisEngine(options: options, jobs: 2, cache: nil)
    let workspace = try AnalysisWorkspace(output: "\(cache)/report")
    try workspace.open()
    let journals = try AnalysisJournals(
      in: workspace, fingerprint: "test", continuing: false)
    try await engine.run(plan.groups, journals: journals, fingerprint: "test") { _ in }
    let analysis = try Analysis(
      plan: plan, journals: journals, options: options, command: [], version: "0.0.0")
    let groups = try StudyResults.groups(of: analysis, baseline: nil)
    try #require(groups.count == 1)
    return groups[0]
  }

  @Test func `methods are arms, seeds come from names, and PiSSA has collapsed`() async throws {
    let scratch = try StudyScratch()
    let study = try await Self.study(cache: scratch.path)
    #expect(Set(study.arms) == ["dora", "full", "lora", "pissa"])
    #expect(study.baseline == "lora")
    for arm in study.arms {
      #expect(study.runs(ofArm: arm).compactMap(\.seed) == [0, 1])
      #expect(study.runs(ofArm: arm).allSatisfy { $0.isCollapsed == (arm == "pissa") }, "\(arm)")
    }
    #expect(study.measure == Measure(kind: .reinforcement, quantity: .reward))
    #expect(study.runs(ofArm: "lora").finalScores.allSatisfy { $0 > 0.7 })
    #expect(study.runs(ofArm: "pissa").finalScores.allSatisfy { $0 == 0 })
  }

  @Test func `a K that is cut for some matrices is a caution`() async throws {
    let scratch = try StudyScratch()
    func cautions(_ topCount: Int) async throws -> [String] {
      let study = try await Self.study(cache: "\(scratch.path)/\(topCount)", topCount: topCount)
      return RunComparison(title: "", groups: [study], notes: [], command: [], version: "")
        .groups[0].cautions.filter { $0.hasPrefix("K = ") }
    }
    #expect(try await cautions(1) == [])
    let cut = try await cautions(1000)
    #expect(cut.count == 1 && cut[0].hasPrefix("K = 1000 is more than half"), "\(cut)")
  }

  @Test func `whole checkpoints that name no base take the one the others agree on`() async throws {
    let scratch = try StudyScratch()
    let study = try await Self.study(cache: scratch.path)
    #expect(study.runs(ofArm: "full").allSatisfy { $0.final("relative_update_norm") != nil })
  }
}
