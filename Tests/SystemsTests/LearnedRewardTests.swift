import Foundation
import LinearAlgebra
import Systems
import Testing

@Suite("Rewards from references") struct LearnedRewardTests {
  @Test func `the discriminator's loss and its derivatives agree with torch`() throws {
    let golden = try RetrievalAndRewardGolden.read()
    let (loss, slopes) = DiscriminatorLoss.value(golden.rewards, isReference: golden.isReference)
    #expect(abs(loss - golden.loss) <= 1e-14)
    #expect(RetrievalAndRewardGolden.agree(slopes, golden.slopes, 1e-14))
  }

  @Test func `dense advantages agree with torch`() throws {
    let golden = try RetrievalAndRewardGolden.read()
    let found = LearnedAdvantages.dense(golden.rewards, groupSize: 4)
    #expect(RetrievalAndRewardGolden.agree(found, golden.advantages, 1e-12))
  }

  @Test func `sparse advantages are those of the mean reward, for every token`() {
    let found = LearnedAdvantages.sparse([[2, 0], [-1, 1, 0]], groupSize: 2)
    let unit = 0.5 / (0.5.squareRoot() + 1e-4)
    #expect(
      RetrievalAndRewardGolden.agree(found, [[unit, unit], [-unit, -unit, -unit]], 1e-15))
  }

  @Test func `a damaged reference differs in one thing`() {
    let trace = DamagedReferences.Trace(prompt: "123+456=", answer: "907050>0579")
    var generator = SplitMix64(seed: 1)
    var kinds = Set<String>()
    for _ in 0..<100 {
      let damaged = DamagedReferences.damaged(trace, using: &generator)
      #expect(damaged.answer.count == trace.answer.count)
      let (steps, result) = DamagedReferences.parts(of: damaged.answer)
      let changed = (damaged.prompt != trace.prompt, steps != "907050", result != "0579")
      switch changed {
      case (true, false, false):
        #expect(damaged.prompt == "123-456=")
        kinds.insert("operator")
      case (false, true, false):
        #expect(zip(steps, "907050").count { $0 != $1 } == 1)
        kinds.insert("steps")
      case (false, false, true):
        #expect(abs((Int(result) ?? 0) - 579) <= 9)
        kinds.insert("result")
      default: Issue.record("\(damaged)")
      }
    }
    #expect(kinds.count == 3)
    let planted = DamagedReferences.damaged(trace, at: 2, using: &generator).answer
    #expect(planted.dropFirst(3) == trace.answer.dropFirst(3) && planted != trace.answer)
  }

  @Test func `choices among answers are right where they should be`() throws {
    let ranking = AnswerRanking(groups: [
      .init(
        texts: [">1", ">2", ">2", ">1"], scores: [0, 3, 2, 1],
        isRight: [true, false, false, true]),
      .init(
        texts: [">5", ">5", ">7", ">6"], scores: [1, 0, 4, 2],
        isRight: [false, false, true, false]),
    ])
    #expect([1, 4].map(ranking.best(of:)) == [0.5, 0.5])
    #expect([1, 4].map(ranking.random(of:)) == [0.5, 0.375])
    #expect([1, 4].map(ranking.verifier(of:)) == [0.5, 1])
    // Two against two: the one that was drawn first.
    #expect([1, 4].map { ranking.majority(of: $0) { $0 } } == [0.5, 0.5])
    #expect([1, 3].map { ranking.majority(of: $0) { $0 } } == [0.5, 0])
    // Right: 0, 1, 4; wrong: 3, 2, 1, 0, 2.
    let area = try #require(ranking.area)
    #expect(abs(area - 7.0 / 15) <= 1e-12)
  }
}
