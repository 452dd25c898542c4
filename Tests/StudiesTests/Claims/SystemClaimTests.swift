import Studies
import Testing

@Suite("Claims about systems") struct SystemClaimTests {
  private static let system = SystemDescription(
    name: "test", title: "Test", paper: "nobody", summary: "nothing",
    arms: [.init("new", ""), .init("old", "")],
    measures: [.init("score", "", unit: "1", over: "round")])

  /// Two rounds: 0, and what is given for each seed.
  private static func measurements(new: [Double], old: [Double]) -> [SystemMeasurement] {
    [("new", new), ("old", old)].flatMap { arm, values in
      values.enumerated().flatMap { seed, value in
        // The order of points does not matter.
        [(1.0, value), (0, 0)].map { x, value in
          SystemMeasurement(arm: arm, seed: seed, measure: "score", x: x, value: value)
        }
      }
    }
  }

  private static func verdict(
    _ part: SystemClaim.Part, new: [Double], old: [Double]
  ) -> ClaimFinding.Verdict {
    SystemClaim("", reported: "", part)
      .finding(measurements(new: new, old: old), of: system).verdict
  }

  @Test func `a difference is paired by seed and must lie beyond its margin`() {
    let part = SystemClaim.Part.difference(
      "score", .last, of: "new", less: "old", is: .above(0.1))
    #expect(Self.verdict(part, new: [1, 2, 3], old: [0, 1, 2]) == .reproduced)
    #expect(Self.verdict(part, new: [0, 1, 2], old: [1, 2, 3]) == .notReproduced)
    #expect(Self.verdict(part, new: [1, 2, 3], old: [1.2, 1.6, 3.3]) == .undecided)
    #expect(Self.verdict(part, new: [1, 2], old: [0, 1]) == .notTested)
  }

  @Test(arguments: [
    (SystemReading.first, 0.0), (.last, 2), (.largest, 2), (.mean, 1), (.rise, 2), (.at(1), 2),
  ])
  func `a reading makes one number of the points of a seed`(
    reading: SystemReading, expected: Double
  ) {
    let part = SystemClaim.Part.value("score", reading, of: "new", is: .within(3))
    let finding = SystemClaim("", reported: "", part)
      .finding(Self.measurements(new: [2, 2, 2], old: []), of: Self.system)
    #expect(finding.evidence.map(\.value) == [expected])
    #expect(finding.verdict == .reproduced)
  }

  @Test func `the words of a rule say arm, measure, place, direction and margin`() {
    let claim = SystemClaim(
      "", reported: "",
      .difference("score", .last, of: "new", less: "old", is: .above(0.1)),
      .value("score", .rise, of: "old", is: .below(0)))
    let rule = claim.rule(of: Self.system)
    #expect(rule.hasPrefix("score at the last round, new less old: above 0.1; "))
    #expect(rule.contains("score from the first round to the last, old: below 0."))
  }

  @Test func `an outcome holds the last numbers of each arm, and the judged claims`() throws {
    let claim = SystemClaim(
      "new is more", reported: "so they say",
      .difference("score", .last, of: "new", less: "old", is: .above(0)))
    let outcome = SystemOutcome(
      of: Self.system, size: "quick", Self.measurements(new: [1, 2, 3], old: [0, 1, 2]),
      claims: [claim], command: ["sigmascope"], version: "1")
    #expect(outcome.seeds == [0, 1, 2])
    #expect(outcome.results.map(\.arm) == ["new", "old"])
    #expect(outcome.results.map(\.estimate.mean) == [2, 1])
    let judged = try #require(outcome.claims.first)
    #expect(judged.number == 1 && judged.source == "nobody")
    #expect(judged.finding.verdict == .reproduced)
  }
}
