import Diagnosis
import Foundation
import Studies
import Testing

@Suite("Advice on rates") struct StartAdviceTests {
  private func start(_ name: String, crossings: [Double?]) -> StartAdvice {
    StartAdvice(
      start: name, trainedParameters: 10,
      readings: crossings.enumerated().map { seed, crossing in
        StartReading(
          seed: seed, curvature: 100, maskMismatch: nil, shortRuns: [], crossing: crossing,
          bisected: nil)
      })
  }

  private func advice(_ starts: [StartAdvice]) -> RateAdvice {
    RateAdvice(
      base: "b", task: "t", baseline: "lora", starts: starts, cautions: [], command: [],
      version: "0")
  }

  @Test func `the rate of death is the geometric mean, and rates to use lie below it`() throws {
    let found = start("lora", crossings: [1e-3, 4e-3, nil])
    #expect(abs(try #require(found.deathRate) / 2e-3 - 1) < 1e-12)
    let range = try #require(found.recommended)
    #expect(abs(range.lower / (2e-3 / 12) - 1) < 1e-12)
    #expect(abs(range.upper / 5e-4 - 1) < 1e-12)
  }

  @Test func `the interval holds the error of the law, and grows with that over seeds`() throws {
    let one = try #require(start("a", crossings: [1e-3]).deathInterval)
    // 1.96 times the logarithm of the typical error.
    #expect(abs(one.upper / 1e-3 - pow(StepLaw.typicalError, 1.959964)) < 1e-5)
    let same = try #require(start("a", crossings: [1e-3, 1e-3, 1e-3]).deathInterval)
    #expect(abs(same.upper / one.upper - 1) < 1e-12)
    let apart = try #require(start("a", crossings: [5e-4, 1e-3, 2e-3]).deathInterval)
    #expect(apart.upper > one.upper)
    #expect(apart.lower < one.lower)
  }

  @Test func `nothing is said of a start whose rate was not found`() {
    let found = start("ln", crossings: [nil, nil])
    #expect(found.deathRate == nil)
    #expect(found.recommended == nil)
    #expect(advice([found]).sentence(of: found).contains("nothing is known"))
  }

  @Test func `why nothing is known is said, and how many seeds were found`() {
    let unmoved = StartAdvice(
      start: "lora", trainedParameters: 1,
      readings: [
        StartReading(
          seed: 0, curvature: nil, maskMismatch: nil, shortRuns: [], crossing: nil, bisected: nil)
      ])
    #expect(advice([unmoved]).sentence(of: unmoved).contains("answers teach nothing"))
    let partly = start("lora", crossings: [1e-2, nil, 1e-2])
    #expect(advice([partly]).sentence(of: partly).hasSuffix("(found with 2 of 3 seeds)"))
  }

  @Test(
    arguments: [
      (2.4e-3, "a fifth of lora's"), (6e-3, "half lora's"), (1.2e-2, "about lora's"),
      (3.6e-2, "3 times lora's"), (6e-4, "1/20 of lora's"), (9e-3, "0.8 of lora's"),
    ])
  func `a start is compared with the baseline in words`(rate: Double, words: String) {
    let (lora, other) = (start("lora", crossings: [1.2e-2]), start("pissa", crossings: [rate]))
    #expect(advice([lora, other]).sentence(of: other).contains(words))
  }

  @Test func `the sentence says what a start bears and which rates to use`() {
    let (lora, other) = (start("lora", crossings: [1.2e-2]), start("pissa", crossings: [2.4e-3]))
    #expect(
      advice([lora, other]).sentence(of: other)
        == "pissa bears 2.4e-3, a fifth of lora's: use 2e-4 to 6e-4")
    #expect(advice([lora, other]).sentence(of: lora) == "lora bears 1.2e-2: use 1e-3 to 3e-3")
  }

  @Test func `a rate is equal to the baseline's where steps are as long`() throws {
    let (lora, other) = (start("lora", crossings: [1e-2]), start("pissa", crossings: [1e-3]))
    let found = advice([lora, other])
    let own = try #require(found.equalRate(of: lora))
    #expect(abs(try #require(found.equalRate(of: other)) / own - 0.1) < 1e-12)
  }
}
