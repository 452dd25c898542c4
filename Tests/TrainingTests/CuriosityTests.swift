import Adapters
import Foundation
import Testing
import Training

@Suite("Curiosity") struct CuriosityTests {
  @Test func `schedules fall from the weight to nothing, but for the constant one`() {
    func weights(_ schedule: Curiosity.Schedule) -> [Double] {
      [0, 1, 2, 3, 6].map { Curiosity(weight: 2, schedule: schedule).weight(at: $0, of: 6) }
    }
    #expect(weights(.constant) == [2, 2, 2, 2, 2])
    #expect(weights(.staircase) == [2, 2, 0, 0, 0])
    for (found, expected) in zip(weights(.linear), [2, 5.0 / 3, 4.0 / 3, 1, 0]) {
      #expect(abs(found - expected) <= 4 * .ulpOfOne)
    }
    for (found, expected) in zip(weights(.cosine), [2, 1 + cos(.pi / 6), 1.5, 1, 0]) {
      #expect(abs(found - expected) <= 4 * .ulpOfOne)
    }
  }

  @Test func `a bonus is the log-perplexity, at most a third of the reward's magnitude`() {
    #expect(Curiosity.bonus(reward: -1, logPerplexity: 0.25) == 0.25)
    #expect(Curiosity.bonus(reward: 1, logPerplexity: 2) == 1 / 3.0)
    #expect(Curiosity.bonus(reward: 0, logPerplexity: 2) == 0)
    #expect([0, 0.5, 1].map(Curiosity.coded) == [-1, 0, 1])
  }

  /// Two answers of two tokens and one of one, drawn with these probabilities.
  @Test func `the calibration gap is what wrong answers surprise more`() throws {
    let rollout = Self.rollout([[-1, -3], [-0.5, -0.5], [-4]], rewards: [0, 1, 0.5])
    #expect(rollout.calibrationGap == 3 - 0.5)
    #expect(Self.rollout([[-1], [-2]], rewards: [1, 1]).calibrationGap == nil)
    #expect(Self.rollout([[-1], [-2]], rewards: [0, 0.9]).calibrationGap == nil)
  }

  static func rollout(_ logProbabilities: [[Double]], rewards: [Double]) -> Rollout {
    Rollout(
      problems: [Problem(prompt: "", answer: "")], prompts: [[1]], groupSize: rewards.count,
      completions: logProbabilities.map { values in
        var completion = Completion()
        completion.tokens = values.map { _ in 1 }
        completion.logProbabilities = values
        return completion
      }, rewards: rewards, maskKeys: [])
  }

  @Test func `the gap is logged whatever is learnt from, where answers are right and wrong`() throws
  {
    let names = PolicyObjectiveRegistry.all.map { $0.name }
    for signal in names.map({ RunOptions.Signal.rewards(objective: $0, ObjectiveOptions()) }) {
      let trainer = try TinyRuns.trainer(
        "lora", .init(rank: 2), TinyRuns.options(signal: signal))
      let record = try trainer.step()
      #expect(record["calibration_gap"]?.isFinite == true)
    }
    let trainer = try TinyRuns.trainer(
      "lora", .init(rank: 2), TinyRuns.options(signal: .demonstrations))
    #expect(try trainer.examine().calibrationGap?.isFinite == true)
  }

  @Test func `a bonus changes what is learnt and not what is logged as earned`() throws {
    var options = TinyRuns.options(signal: .rewards(objective: DrGRPO.name, ObjectiveOptions()))
    let plain = try TinyRuns.trainer("lora", .init(rank: 2), options)
    options.curiosity = Curiosity(weight: 1, schedule: .constant)
    let curious = try TinyRuns.trainer("lora", .init(rank: 2), options)
    let records = (try plain.step(), try curious.step())
    #expect(records.0["reward"] == records.1["reward"])
    #expect(plain.policy.trainedValues != curious.policy.trainedValues)
  }
}
