import Studies
import Testing

/// The claims table as it is printed.
@Suite("Claims: registry") struct ClaimRegistryTests {
  @Test func `claims are numbered from 1 in their order`() {
    #expect(ClaimRegistry.all.map { $0.number } == Array(1...ClaimRegistry.all.count))
  }

  @Test func `no two claims state the same`() {
    #expect(Set(ClaimRegistry.all.map { $0.statement }).count == ClaimRegistry.all.count)
  }

  @Test(arguments: ClaimRegistry.all.map { $0.number })
  func `a claim names its source, what that reports, and its rule, on one line each`(number: Int) {
    let claim = ClaimRegistry.all[number - 1]
    for text in [claim.statement, claim.source, claim.reported, claim.rule] {
      #expect(!text.isEmpty && !text.contains("\n"))
    }
    #expect(claim.statement.hasSuffix("."))
    // An interval, or the same order in every seed.
    #expect(
      ["95 %", "97.5 %", "in each of at least 3 seeds"].contains { claim.rule.contains($0) })
    let isOurs = claim.source.hasPrefix("this project")
    // Claim 27 is a part of claim 12.
    #expect(isOurs == ((21...26).contains(number) || (28...33).contains(number) || number == 38))
    #expect(isOurs || claim.source.contains(#/arXiv \d{4}\.\d{5}|OpenReview/#))
  }
}
