import Testing
import Training

@Suite("Noise of rollouts") struct RolloutNoiseTests {
  @Test func `the noise has its size and no mean, and is independent between tokens`() {
    let zeros = (0..<200).map { _ in Array(repeating: 0.0, count: 50) }
    let noise = RolloutNoise(deviation: 0.3, seed: 5).added(to: zeros).flatMap { $0 }
    let count = Double(noise.count)
    let mean = noise.reduce(0, +) / count
    let variance = noise.reduce(0) { $0 + $1 * $1 } / count
    let product = zip(noise, noise.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / count
    // Five standard errors of 10,000 normal numbers.
    #expect(abs(mean) < 5 * 0.3 / count.squareRoot())
    #expect(abs(variance - 0.09) < 5 * 0.09 * (2 / count).squareRoot())
    #expect(abs(product) < 5 * 0.09 / count.squareRoot())
  }

  @Test func `the same seed gives the same noise, and none leaves the numbers alone`() {
    let values = [[-1.0, -2], [-0.5]]
    let noise = RolloutNoise(deviation: 0.1, seed: 3)
    #expect(noise.added(to: values) == noise.added(to: values))
    #expect(noise.added(to: values) != RolloutNoise(deviation: 0.1, seed: 4).added(to: values))
    #expect(RolloutNoise(deviation: 0, seed: 3).added(to: values) == values)
  }

  @Test func `answers are drawn as without it, but their ratios are clipped`() throws {
    func step(_ noise: Double) throws -> (trainer: Trainer<Float>, record: StepRecord) {
      var options = TinyRuns.options()
      options.rolloutNoise = noise
      let trainer = try TinyRuns.trainer("lora", StackTests.adapter, options)
      return (trainer, try trainer.step())
    }
    let (quiet, before) = try step(0)
    let (noisy, after) = try step(1)
    let tokens = [quiet, noisy].map { $0.lastRollout?.completions.map(\.tokens) }
    #expect(tokens[0] == tokens[1] && tokens[0] != nil)
    #expect(before["clip_ratio/low_mean"] == 0 && before["clip_ratio/high_mean"] == 0)
    let clipped = [after["clip_ratio/low_mean"] ?? 0, after["clip_ratio/high_mean"] ?? 0]
    #expect(clipped[0] + clipped[1] > 0.1)
    #expect(before["reward"] == after["reward"])
  }

  @Test func `with old probabilities read again, only the correction is noisy`() throws {
    var options = TinyRuns.options()
    options.recomputesRatio = true
    options.rolloutNoise = 0.5
    let record = try TinyRuns.trainer("lora", StackTests.adapter, options).step()
    // The mean distance of normal noise is √(2/π) of its size.
    let gap = try #require(record["sampling/sampling_logp_difference/mean"])
    #expect(gap > 0.2 && gap < 0.6)
    #expect((record["clip_ratio/low_mean"] ?? 1) + (record["clip_ratio/high_mean"] ?? 1) == 0)
  }
}
