import Diagnosis
import LinearAlgebra
import Spectra
import Studies
import Testing

@Suite("Early warnings") struct EarlyWarningTests {
  private func row(
    _ metric: String, in study: StudyResults, share: Double = 0.05
  ) throws -> EarlyWarning {
    try #require(EarlyWarning.all(of: study, shares: [share]).first { $0.metric == metric })
  }

  private func planted(noises: Int = 1, seed: UInt64 = 11) -> StudyResults {
    var generator = SplitMix64(seed: seed)
    return SyntheticStudy.collapses(noises: noises, &generator)
  }

  /// The area of two normals three deviations apart is Φ(3/√2) = 0.983.
  @Test(arguments: EarlyWarning.shares) func `a planted metric warns`(share: Double) throws {
    let row = try row("planted", in: planted(), share: share)
    #expect(row.area > 0.9 && row.orientation == .rises && row.kind == .spectral)
    #expect(row.sensitivity.map { $0 > 0.8 } == true)
    #expect(row.specificity.map { $0 > 0.8 } == true)
    #expect(row.positives == 60 && row.negatives == 60 && row.alreadyCollapsed == 0)
    #expect(row.step == Int(100 * share))
  }

  @Test func `a metric that knows nothing does not`() throws {
    let row = try row("noise_0", in: planted())
    // Three standard errors of an area of 60 and 60 are 0.16.
    #expect(row.area >= 0.5 && row.area < 0.66)
    let sensitivity = try #require(row.sensitivity)
    let specificity = try #require(row.specificity)
    // Three standard errors of the mean of two shares of 60 are 0.14.
    #expect(abs((sensitivity + specificity) / 2 - 0.5) < 0.14)
  }

  @Test func `a metric's negative has the same area, judgement and the other orientation`() throws {
    var study = planted()
    for run in study.runs.indices {
      for step in study.runs[run].steps.indices {
        let value = study.runs[run].steps[step].medians["planted"]
        study.runs[run].steps[step].medians["turned"] = value.map { -$0 }
      }
    }
    let (rising, falling) = (try row("planted", in: study), try row("turned", in: study))
    #expect(rising.area == falling.area && rising.threshold == -falling.threshold)
    #expect(rising.sensitivity == falling.sensitivity)
    #expect(rising.specificity == falling.specificity)
    #expect(falling.orientation == .falls)
  }

  @Test func `the learning rate alone stands beside them`() throws {
    var study = planted()
    for run in study.runs.indices {
      study.runs[run].factors.learningRate = study.runs[run].isCollapsed ? 1e-2 : 1e-4
    }
    let row = try row(EarlyWarning.learningRate, in: study)
    #expect(row.area == 1 && row.interval == nil && row.kind == .rival)
    #expect(row.sensitivity == 1 && row.specificity == 1)
  }

  /// The reward is level before the fall, and falls at step 60 only.
  @Test func `the reward so far knows nothing of a later fall`() throws {
    #expect(try row(EarlyWarning.rewardDrop, in: planted(), share: 0.1).area == 0.5)
  }

  @Test func `the logged entropy of the step is read`() throws {
    var study = planted()
    for run in study.runs.indices {
      let value = study.runs[run].isCollapsed ? 0.1 : 0.9
      study.runs[run].curves["entropy"] = (1...100).map {
        CurvePoint(step: $0, value: $0 == 5 ? value : 0.5)
      }
    }
    #expect(try row("entropy", in: study, share: 0.05).area == 1)
    #expect(try row("entropy", in: study, share: 0.05).orientation == .falls)
    #expect(try row("entropy", in: study, share: 0.10).area == 0.5)
  }

  @Test func `runs that are down at the step are counted apart`() throws {
    var study = planted()
    study.runs += [
      // Below the bound from step 10 on, at 10 as well.
      SyntheticStudy.run("early", seed: 0, fallsAt: 7, medians: ["planted": 9]),
      // Down at step 10, and back later.
      SyntheticStudy.run("dip", seed: 0, fallsAt: 7, medians: ["planted": 9], back: 30),
      // Down and back before any step that is read, so it counts like the others.
      SyntheticStudy.run("late dip", seed: 0, fallsAt: 40, medians: ["planted": 9], back: 70),
    ]
    let row = try row("planted", in: study, share: 0.10)
    #expect(row.alreadyCollapsed == 2)
    #expect(row.positives == 60 && row.negatives == 61)
    #expect(try self.row("planted", in: study, share: 0.02).alreadyCollapsed == 0)
  }

  /// The average of five is below the bound at step 7 only.
  @Test func `a run is down from where its reward is, not from where the average says it`() throws {
    var study = planted()
    let run = SyntheticStudy.run("early", seed: 0, fallsAt: 4, medians: ["planted": 9])
    #expect(run.lossStep == 4)
    study.runs.append(run)
    #expect(try row("planted", in: study, share: 0.02).alreadyCollapsed == 0)
    #expect(try row("planted", in: study, share: 0.05).alreadyCollapsed == 1)
  }

  @Test func `a run that failed later is one to be warned of`() throws {
    var study = planted()
    let steady = try #require(study.runs.firstIndex { !$0.isCollapsed })
    study.runs[steady].failure = "the loss is not finite"
    #expect(try row("planted", in: study).positives == 61)
  }

  @Test(arguments: [2, 3]) func `it takes three runs of each outcome`(positives: Int) {
    let runs = (0..<10).map {
      SyntheticStudy.run(
        "run \($0)", seed: $0, fallsAt: $0 < positives ? 60 : nil, medians: ["m": Double($0)])
    }
    let rows = EarlyWarning.all(of: SyntheticStudy.study(runs))
    #expect(rows.isEmpty == (positives < 3))
  }

  @Test func `a metric that was read at the end alone is no warning`() {
    var study = planted()
    for run in study.runs.indices { study.runs[run].steps.removeFirst(3) }
    let metrics = EarlyWarning.all(of: study).map(\.metric)
    #expect(!metrics.contains("planted") && metrics.contains(EarlyWarning.learningRate))
  }

  @Test func `the best metric is the planted one whichever seed is left out`() throws {
    let best = EarlyWarning.best(of: planted(noises: 40), shares: [0.05])
    let spectral = try #require(best.first { $0.pool == .spectral })
    #expect(spectral.chosen == Array(repeating: "planted", count: 5))
    #expect(spectral.sensitivity.map { $0 > 0.8 } == true)
    #expect(spectral.positives == 60 && spectral.negatives == 60)
  }

  @Test func `the best of forty metrics that know nothing looks good only where it was chosen`()
    throws
  {
    var study = planted(noises: 40)
    for run in study.runs.indices {
      for step in study.runs[run].steps.indices {
        study.runs[run].steps[step].medians["planted"] = nil
      }
    }
    let flattered = EarlyWarning.all(of: study, shares: [0.05]).map(\.area).max()
    // The largest of forty deviations from ½ is about 2.5 standard errors of 0.053.
    #expect(flattered.map { $0 > 0.57 } == true)
    let best = try #require(
      EarlyWarning.best(of: study, shares: [0.05]).first { $0.pool == .spectral })
    let sensitivity = try #require(best.sensitivity)
    let specificity = try #require(best.specificity)
    #expect(abs((sensitivity + specificity) / 2 - 0.5) < 0.14)
  }

  /// Four methods at six rates on five seeds whose value depends on the cell alone.
  private func copies(of seeds: Int, shift: (Int) -> Double = { _ in 0 }) -> StudyResults {
    let rates = [1e-5, 1e-4, 2e-4, 5e-4, 1e-3, 1e-2]
    let runs = (0..<4).flatMap { method in
      rates.enumerated().flatMap { place, rate in
        (0..<seeds).map { seed -> StudyRun in
          // The third and the fourth rate are told wrongly.
          let falls = [false, false, true, false, true, true][place]
          return StudyRun(
            name: "\(method) \(rate) \(seed)", arm: "method \(method)",
            factors: Factors(adapter: "method \(method)", learningRate: rate, steps: 100),
            seed: seed,
            curves: [
              "reward": (1...100).map { CurvePoint(step: $0, value: falls && $0 >= 60 ? 0 : 0.5) },
              "kl_step": (1...10).map {
                CurvePoint(step: $0, value: Double(place) + shift(method))
              },
            ])
        }
      }
    }
    return SyntheticStudy.study(runs)
  }

  @Test func `copies of runs do not narrow the interval of an area`() throws {
    let rows = try [1, 5].map { seeds in
      try #require(
        EarlyWarning.all(of: copies(of: seeds), shares: [0.05]).first { $0.metric == "kl_step" })
    }
    #expect(abs(rows[0].area - rows[1].area) < 1e-12)
    let widths = try rows.map { try #require($0.interval).width }
    #expect(widths[0] > 0.05 && abs(widths[1] - widths[0]) < 1e-9)
  }

  @Test func `a threshold that holds for one method only does not hold for others`() throws {
    let rows = try [{ _ in 0.0 }, { Double($0 * 100) }].map { (shift: (Int) -> Double) in
      try #require(
        EarlyWarning.all(of: copies(of: 3, shift: shift), shares: [0.05])
          .first { $0.metric == "kl_step" })
    }
    #expect(try #require(rows[0].accuracyOnOtherMethods) > 0.8)
    #expect(try #require(rows[1].accuracyOnOtherMethods) < 0.6)
  }
}
