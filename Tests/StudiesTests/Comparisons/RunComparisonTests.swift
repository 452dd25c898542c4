import Checkpoints
import Diagnosis
import Studies
import Testing

@Suite("Comparison of runs made elsewhere") struct RunComparisonTests {
  /// A run whose loss goes from 2 to an end.
  private func run(
    _ arm: String, to end: Double, rate: Double = 1e-3, seed: Int? = nil,
    status: Verdict.Status = .healthy
  ) -> StudyRun {
    let curve = (1...40).map { step in
      CurvePoint(step: step, value: step < 20 ? 2 : end)
    }
    let log = TrainingLog(curves: ["loss": curve])
    return StudyRun(
      name: "\(arm)-\(rate)-\(seed ?? -1)", arm: arm,
      factors: Factors(adapter: arm, learningRate: rate), seed: seed,
      outcome: Outcome(of: log, kind: .supervised), status: status)
  }

  private func group(_ runs: [StudyRun]) -> ComparedGroup {
    let measure = Measure(kind: .supervised, quantity: .loss)
    let study = StudyResults(
      title: measure.title, common: runs[0].factors, baseline: "lora", runs: runs, measure: measure)
    return RunComparison(
      title: "", groups: [study], notes: [], command: [], version: ""
    ).groups[0]
  }

  @Test func `of losses the lower one is better`() {
    let group = group(
      (0..<3).flatMap { seed in
        [
          run("lora", to: 1 + 0.01 * Double(seed), seed: seed),
          run("dora", to: 0.5 + 0.02 * Double(seed), seed: seed),
          run("pissa", to: 1.5, seed: seed),
          run("full", to: 1 + 0.02 * Double(1 - seed), seed: seed),
        ]
      })
    #expect(group.headlines.contains { $0.hasPrefix("Better than lora: dora at 1e-3") })
    #expect(group.headlines.contains { $0.hasPrefix("Worse than lora: pissa at 1e-3") })
    #expect(
      group.headlines.contains { $0.hasPrefix("No measurable difference from lora: full at 1e-3") })
    #expect(group.cautions.isEmpty)
  }

  @Test func `the best rate of an arm is the one with the least loss`() throws {
    let runs = (0..<3).flatMap { seed in
      [run("lora", to: 1, rate: 1e-3, seed: seed), run("lora", to: 0.7, rate: 1e-4, seed: seed)]
    }
    let best = try #require(group(runs).comparison.ownBest.first)
    #expect(Set(best.chosenRates) == [1e-4] && abs(best.score.mean - 0.7) < 1e-12)
  }

  @Test func `rates that differ are a caution, and one run of each arm is no test`() {
    let group = group([run("lora", to: 1, rate: 1e-3), run("pissa", to: 1.2, rate: 3e-4)])
    #expect(group.cautions.contains { $0.contains("lora 1e-3; pissa 3e-4") })
    #expect(
      group.headlines == [
        "No arm is known to share a learning rate and a seed with lora: none is set against it.",
        "One run of each arm: no test is possible, and any difference may be chance.",
      ])
  }

  @Test func `a rate that all arms have is named`() {
    let group = group([
      run("lora", to: 1, rate: 1e-3), run("lora", to: 1, rate: 5e-3), run("rslora", to: 1.2),
    ])
    #expect(
      group.cautions[0].hasSuffix("may come from the rates, except at 1e-3, where all were run."))
  }

  @Test func `one run of each arm is said once`() {
    let group = group([run("lora", to: 1, seed: 0), run("pissa", to: 1.5, seed: 0)])
    #expect(
      group.headlines == [
        "One run of each arm: no test is possible, and any difference may be chance."
      ])
  }

  @Test func `a method that several arms have means the one with the most runs`() {
    var runs = (0..<3).map { run("lora", to: 1, seed: $0) } + [run("pissa", to: 1)]
    for (place, rank) in [8, 16, 16].enumerated() { runs[place].arm = "lora, rank \(rank)" }
    let study = StudyResults(
      title: "", common: runs[0].factors, baseline: "lora", runs: runs,
      measure: Measure(kind: .supervised, quantity: .loss))
    #expect(study.arm(named: "lora") == "lora, rank 16")
    #expect(study.arm(named: "lora, rank 8") == "lora, rank 8")
    #expect(study.arm(named: "pissa") == "pissa" && study.arm(named: "dora") == nil)
  }

  @Test func `what runs of one method differ in is no addition to anything`() {
    var runs = [run("lora", to: 1), run("lora", to: 1.2)]
    for (place, rank) in [8, 16].enumerated() {
      runs[place].arm = "lora, rank \(rank)"
      runs[place].settings = RunSettings(rank: rank)
    }
    #expect(group(runs).cautions == ["The arms differ in rank."])
    runs[1].factors.adapter = "pissa"
    #expect(group(runs).cautions == ["The arms also differ in rank."])
  }

  @Test func `two seeds are too few to tell a difference from chance`() {
    let group = group(
      (0..<2).flatMap { [run("lora", to: 1, seed: $0), run("pissa", to: 1.5, seed: $0)] })
    #expect(group.headlines.contains { $0.hasSuffix("from chance: pissa at 1e-3 (1.5, 2 seeds).") })
    #expect(!group.headlines.contains { $0.hasPrefix("Worse") })
  }

  @Test func `runs that diverged are lost`() {
    let group = group([run("lora", to: 1), run("pissa", to: 5, status: .diverged)])
    #expect(group.headlines.contains("Lost: pissa at 1e-3 (1 of 1)."))
  }

  @Test func `claims of papers are not judged on losses`() {
    #expect(group([run("lora", to: 1)]).claims.isEmpty)
  }

  @Test func `the best arm is recommended, with its rivals and the rates to add`() {
    let group = group(
      (0..<3).flatMap { seed in
        [
          run("lora", to: 1, rate: 1e-3, seed: seed), run("lora", to: 0.7, rate: 1e-4, seed: seed),
          run("full", to: 0.9, rate: 1e-5, seed: seed),
          run("full", to: 0.5, rate: 1e-4, seed: seed),
          run("full", to: 0.8, rate: 1e-3, seed: seed),
        ]
      })
    #expect(group.headlines.contains { $0.hasPrefix("Take full at 1e-4 (0.5 ") })
    #expect(group.headlines.contains { $0.hasSuffix("edge of those tried: lora, add 3e-5.") })
    #expect(!group.headlines.contains { $0.hasPrefix("Within its interval") })
  }

  @Test func `an arm that was run at one rate may be the best, and that is said`() {
    let group = group(
      (0..<3).flatMap { seed in
        [
          run("lora", to: 1, rate: 1e-3, seed: seed), run("lora", to: 0.9, rate: 3e-3, seed: seed),
          run("pissa", to: 0.4, rate: 3e-4, seed: seed),
        ]
      })
    #expect(group.headlines.contains { $0.hasPrefix("Take pissa at 3e-4 (0.4") })
    #expect(group.headlines.contains { $0.hasPrefix("Run at one rate alone") })
    #expect(!group.headlines.contains { $0.contains("pissa, add") })
  }

  @Test func `settings beside the method and its rate are a caution`() {
    var runs = [run("lora", to: 1, seed: 0), run("lora", to: 1.2, seed: 1)]
    for (place, loss) in ["grpo", "dapo"].enumerated() {
      runs[place].settings = RunSettings()
      runs[place].settings?.objective = loss
      runs[place].settings?.batchSize = 8 * (place + 1)
    }
    #expect(group(runs).cautions == ["The arms differ in loss, batch size."])
  }

  @Test func `a run that failed does not end above rewards below zero`() {
    let curve = (1...40).map { CurvePoint(step: $0, value: -1 + 0.01 * Double($0)) }
    let log = TrainingLog(curves: ["reward": curve])
    var failed = StudyRun(
      name: "x", arm: "lora", factors: Factors(adapter: "lora", learningRate: 1e-3), seed: 0,
      curves: ["reward": curve], failure: "NaN",
      outcome: Outcome(of: log, kind: .reinforcement), status: .nonFinite)
    #expect(failed.finalScore == -0.99)
    failed.curves["reward"] = curve.map { CurvePoint(step: $0.step, value: -$0.value) }
    #expect(failed.finalScore == 0)
  }

  @Test func `no rate is advised where no arm ends better than it began`() {
    let group = group(
      (0..<3).flatMap { seed in
        [run("lora", to: 2.5, rate: 1e-3, seed: seed), run("lora", to: 2, rate: 1e-4, seed: seed)]
      })
    #expect(group.headlines.contains { $0.hasPrefix("Nothing was learnt: no arm ends better") })
    #expect(!group.headlines.contains { $0.hasPrefix("Take ") || $0.contains("edge of those") })
  }

  @Test func `scores that stay 0 are told as such`() {
    let runs = [1e-4, 1e-3].flatMap { (rate: Double) in
      (0..<3).map { (seed: Int) in
        StudyRun(
          name: "lora \(rate) \(seed)", arm: "lora",
          factors: Factors(adapter: "lora", learningRate: rate), seed: seed,
          curves: ["eval_accuracy": [.init(step: 0, value: 0), .init(step: 40, value: 0)]],
          steps: [])
      }
    }
    let study = StudyResults(
      title: "", common: runs[0].factors, baseline: "lora", runs: runs)
    let advice = StudyHeadlines(of: StudyDocument(of: study, command: [], version: "")).advice
    #expect(advice.first?.hasPrefix("Nothing was learnt: every score is 0") == true)
    #expect(!advice.contains { $0.hasPrefix("Take lora") })
  }
}
