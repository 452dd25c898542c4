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

  @Test func `runs that were all examined before and after are judged by that`() throws {
    func run(_ name: String, _ examined: [(Int, Double)]) -> RunAnalysis {
      let rewards = (1...20).map { CurvePoint(step: $0, value: 0.5 + 0.01 * Double($0)) }
      let log = TrainingLog(curves: [
        "reward": rewards, "eval_accuracy": examined.map { CurvePoint(step: $0.0, value: $0.1) },
      ])
      let settings = RunSettings(kind: .reinforcement, learningRate: 1e-3)
      return RunAnalysis(
        name: name, method: name, seed: 0, settings: settings, base: nil, steps: [],
        curves: log.curves,
        verdict: Verdict(of: ExaminedRun(settings: settings, log: log), topCount: 1), findings: [])
    }
    func groups(_ runs: [RunAnalysis]) throws -> [StudyResults] {
      try StudyResults.groups(
        of: Analysis(command: [], version: "", topCount: 1, modules: [], vectors: [], runs: runs),
        baseline: nil)
    }
    let both = [
      run("lora", [(0, 0.4), (20, 0.7)]), run("pissa", [(0, 0.4), (10, 0.8), (20, 0.3)]),
    ]
    let examined = try #require(try groups(both).first)
    #expect(examined.measure == .examination)
    #expect(examined.runs.map(\.startScore) == [0.4, 0.4])
    #expect(examined.runs.map(\.finalScore) == [0.7, 0.3])
    // One that was not examined at its end: all are judged by their rewards.
    let mixed = try groups([both[0], run("full", [(0, 0.4), (10, 0.5)])])
    #expect(mixed.map(\.measure.quantity) == [.reward])
  }
}
