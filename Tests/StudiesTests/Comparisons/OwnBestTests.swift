import LinearAlgebra
import Studies
import Testing

@Suite("Own best rates") struct OwnBestTests {
  private func runs(_ arm: String, _ scores: [Double: [Double]]) -> [StudyRun] {
    scores.flatMap { rate, values in
      values.enumerated().map {
        SyntheticStudy.run(arm, rate: rate, seed: $0.offset, score: $0.element)
      }
    }
  }

  @Test func `with one rate it is the plain mean`() throws {
    let runs = runs("lora", [1e-3: [0.5, 0.75, 0.25]])
    let best = try #require(OwnBest(of: runs))
    #expect(best.score == Estimate(of: [0.5, 0.75, 0.25], in: 0...1))
    #expect(best.score.interval?.lower == 0 && best.score.interval?.upper == 1)
    #expect(best.chosenRates == [1e-3, 1e-3, 1e-3])
  }

  @Test func `with one rate and one seed it is that seed's score`() throws {
    #expect(try #require(OwnBest(of: runs("lora", [1e-3: [0.5]]))).score.mean == 0.5)
  }

  @Test func `with several rates and one seed nothing can be judged`() {
    #expect(OwnBest(of: runs("lora", [1e-3: [0.5], 1e-4: [0.6]])) == nil)
  }

  /// Without seed 0 the lower rate wins, at which seed 0 is bad; and so on.
  @Test func `a seed is judged at the rate that the other seeds choose`() throws {
    let best = try #require(
      OwnBest(of: runs("lora", [1e-4: [0.25, 0.5, 0.75], 1e-3: [0.5, 0.5, 0.5]])))
    #expect(best.chosenRates == [1e-4, 1e-4, 1e-3])
    #expect(best.scores == [0.25, 0.5, 0.5])
    #expect(best.rates == [1e-4, 1e-3] && best.seeds == [0, 1, 2])
    #expect(best.bestRate == 1e-4 && best.bestRateMean == 0.5)
  }

  @Test func `the rate to take has the best mean of all seeds, not that of one`() throws {
    let scores: [Double: [Double]] = [
      1e-3: [0.86, 0.85, 0.87], 3e-3: [0.9, 0.84, 0.88], 1e-2: [1],
    ]
    let best = try #require(OwnBest(of: runs("lora", scores)))
    #expect(best.bestRate == 3e-3)
    let mean = try #require(SampleMoments.mean(of: [0.9, 0.84, 0.88]))
    #expect(abs(best.bestRateMean - mean) < 1e-15)
  }

  @Test func `a rate where one seed is lucky does not profit from it`() throws {
    let best = try #require(
      OwnBest(of: runs("lora", [1e-4: [0.5, 0.5, 0.5], 1e-2: [1, 0, 0]])))
    // The best mean without seed 0 is the low rate; without the others the two are equal.
    #expect(best.scores == [0.5, 0.5, 0.5])
  }

  @Test func `an arm that is the baseline under another name differs by 0`() throws {
    let scores = [1e-4: [0.25, 0.5, 0.7], 1e-3: [0.5, 0.4, 0.5]]
    let all = OwnBest.all(
      of: SyntheticStudy.study(runs("lora", scores) + runs("other", scores)))
    #expect(all.map(\.arm) == ["lora", "other"])
    for best in all {
      #expect(best.difference?.estimate.mean == 0 && best.difference?.adjustedPValue == nil)
    }
  }

  @Test func `an arm that is better at another rate is level with the baseline at its own best`()
    throws
  {
    let all = OwnBest.all(
      of: SyntheticStudy.study(
        runs("lora", [1e-4: [0.5, 0.5, 0.5], 1e-3: [0.75, 0.75, 0.75]])
          + runs("pissa", [1e-4: [0.75, 0.75, 0.75], 1e-3: [0, 0, 0]])))
    let pissa = try #require(all.last)
    #expect(pissa.chosenRates == [1e-4, 1e-4, 1e-4])
    #expect(pissa.difference?.estimate.mean == 0)
  }

  @Test func `choosing among many equal rates does not raise the score`() throws {
    // Judged by the seeds that chose it, the best of eight rates would be above by about 0.013.
    var generator = SplitMix64(seed: 7)
    let rates = (0..<8).map { Double($0 + 1) * 1e-4 }
    var means: [Double] = []
    for _ in 0..<100 {
      let study = SyntheticStudy.arms(["lora"], rates: rates, seeds: 5, &generator)
      let plain = study.runs.compactMap(\.finalScore).reduce(0, +) / Double(study.runs.count)
      let best = try #require(OwnBest(of: study.runs, bootstrap: .init(resamples: 1)))
      means.append(best.score.mean - plain)
    }
    let mean = means.reduce(0, +) / 100
    // The deviation of a mean of five is 0.009; of a hundred of those a tenth of that.
    #expect(abs(mean) < 0.003)
  }
}
