import Diagnosis
import Spectra
import Studies
import Testing

@Suite("Study results") struct StudyResultsTests {
  private static let common = Factors(
    adapter: "lora", learningRate: 3e-3, rank: 8, scale: 2, dropout: 0, objective: "dapo")

  private static func run(
    _ adapter: String, rate: Double = 3e-3, seed: Int = 0, reward: [Double] = [],
    change: (inout Factors) -> Void = { _ in }
  ) -> StudyRun {
    var factors = common
    factors.adapter = adapter
    factors.learningRate = rate
    change(&factors)
    let curve = reward.enumerated().map { CurvePoint(step: $0 + 1, value: $1) }
    return StudyRun(
      name: "\(adapter)-\(rate)-\(seed)", arm: adapter, factors: factors, seed: seed,
      curves: reward.isEmpty ? [:] : ["reward": curve])
  }

  @Test func `runs are found by how they differ from the common one`() {
    let study = StudyResults(
      title: "t", common: Self.common, baseline: "lora",
      runs: [
        Self.run("lora"), Self.run("pissa"), Self.run("pissa", rate: 1e-4),
        Self.run("pissa") { $0.dropout = 0.05 },
      ])
    #expect(study.runs("pissa").count == 2)
    #expect(study.runs("pissa") { $0.learningRate = 1e-4 }.count == 1)
    #expect(study.runs("pissa") { $0.dropout = 0.05 }.map(\.factors.dropout) == [0.05])
    #expect(StudyResults.rates(of: study.runs) == [1e-4, 3e-3])
  }

  @Test func `without examinations the score is the mean reward at the end and at the start`() {
    let run = Self.run("lora", reward: (1...40).map { Double($0) / 40 })
    #expect(abs((run.startScore ?? 0) - 0.0375) < 1e-12)
    #expect(abs((run.finalScore ?? 0) - 0.9625) < 1e-12)
  }

  @Test func `a run that failed reached nothing and is collapsed`() {
    var run = Self.run("lora", reward: [0.5, 0.6])
    run.failure = "step 3: the loss is not finite"
    #expect(run.finalScore == 0 && run.isCollapsed)
  }
}
