import Diagnosis
import Foundation
import Studies
import Testing

@Suite("Probes of runs of others") struct ProbedRunTests {
  /// The steps of a run whose steps move the policy by κη², with the rate rising.
  private func moves(curvature: Double, peak: Double) -> [ProbedRun.Move] {
    (1...5).map { step in
      let rate = peak * Double(step - 1) / 5
      return .init(from: step - 1, to: step, rate: rate, divergence: curvature * rate * rate)
    }
  }

  @Test(arguments: [1e3, 1e5], [1e-5, 1e-4])
  func `under the square law the rate of the probe does not matter`(
    curvature: Double, peak: Double
  ) throws {
    let found = try #require(
      ProbedRun(
        name: "run", source: .policies, moves: moves(curvature: curvature, peak: peak), rate: peak))
    let death = (StepLaw.deadlyDivergence / (StepLaw.warmupShare * curvature)).squareRoot()
    #expect(abs(found.deathRate / death - 1) < 1e-9)
    #expect(found.deathInterval.lower < death && death < found.deathInterval.upper)
  }

  @Test func `a probe far below the rate of death is less certain`() throws {
    let near = try #require(
      ProbedRun(name: "run", source: .policies, moves: moves(curvature: 1e4, peak: 2e-3), rate: nil)
    )
    let far = try #require(
      ProbedRun(name: "run", source: .policies, moves: moves(curvature: 1e4, peak: 1e-5), rate: nil)
    )
    #expect(far.deathInterval.upper > near.deathInterval.upper)
  }

  @Test func `moves without a rate or a divergence say nothing`() {
    let still = [
      ProbedRun.Move(from: 0, to: 1, rate: 0, divergence: 1e-11),
      ProbedRun.Move(from: 1, to: 2, rate: 1e-4, divergence: 0),
      ProbedRun.Move(from: 2, to: 3, rate: 1e-4, divergence: .infinity),
    ]
    #expect(ProbedRun(name: "run", source: .policies, moves: still, rate: nil) == nil)
  }

  @Test func `what follows a step out of the law's reach says nothing`() throws {
    let destroyed = ProbedRun.Move(from: 2, to: 3, rate: 1e-3, divergence: 7)
    let still = ProbedRun.Move(from: 3, to: 4, rate: 1e-3, divergence: 1e-9)
    #expect(ProbedRun(name: "run", source: .policies, moves: [destroyed, still], rate: nil) == nil)
    let early = ProbedRun.Move(from: 1, to: 2, rate: 1e-4, divergence: 1e-4)
    let told = try #require(
      ProbedRun(name: "run", source: .policies, moves: [early, destroyed, still], rate: nil))
    let alone = try #require(
      ProbedRun(name: "run", source: .policies, moves: [early], rate: nil))
    #expect(told.deathRate == alone.deathRate)
  }

  @Test func `the sentence says where the rate of the run stands`() throws {
    func sentence(_ rate: Double) throws -> String {
      try #require(
        ProbedRun(
          name: "run", source: .column("kl"), moves: moves(curvature: 1e4, peak: 1e-4), rate: rate)
      ).sentence
    }
    #expect(try sentence(1e-2).contains("times what it bears"))
    #expect(try sentence(1e-4).contains("times below"))
    let death = try #require(
      ProbedRun(
        name: "run", source: .column("kl"), moves: moves(curvature: 1e4, peak: 1e-4), rate: nil)
    ).deathRate
    #expect(try sentence(0.95 * death).contains("is about what it bears"))
  }
}
