import Diagnosis
import Testing

/// Divergences of the steps 2 to 5 that runs of the small base logged.
@Suite("Early moves") struct EarlyMoveTests {
  @Test func `steps within reach say how many times too high a rate is`() throws {
    // LoRA at 1e-2, full fine-tuning at 3e-3, which bears 1.6e-3.
    let bearable = try #require(EarlyMove([0.019, 0.037, 0.055, 0.046]))
    #expect(bearable.excess < 1 && bearable.standing == "96 % of what this start bears")
    let high = try #require(EarlyMove([0.082, 0.13, 0.19, 0.49]))
    #expect(!high.isBeyondReach && abs(high.excess - 1.886) < 1e-3 && high.rateDivisor == 8)
  }

  @Test(
    arguments: [
      [7.1, 0.0023, 5.5e-6, 1.4e-6], [6.1, 0.071, 0.016, 0.0096], [5.1e5, 12, 0, 1.8],
      [1.9, 3.3, 4.4, 3.4], [0.24, 0.59, 0.17, 0.93],
    ])
  func `longer steps say only that the rate is far too high`(divergences: [Double]) throws {
    let move = try #require(EarlyMove(divergences))
    #expect(move.isBeyondReach)
    #expect(move.standing == "more than 3 times what this start bears")
  }

  @Test func `a policy that a step destroyed is not taken for one that hardly moves`() throws {
    #expect(try #require(EarlyMove([7.1, 0.0023, 5.5e-6, 1.4e-6])).divergence == 7.1)
    #expect(abs(try #require(EarlyMove([0.24, 0.59, 0.17, 0.93])).divergence - 0.415) < 1e-12)
  }

  @Test func `one long step among short ones is none of the rate's`() throws {
    let move = try #require(EarlyMove([0.001, 0.6, 0.002, 0.3]))
    #expect(move.isBeyondReach)
    let single = try #require(EarlyMove([0.001, 0.6, 0.002, 0.08]))
    #expect(!single.isBeyondReach && single.excess < 1)
  }

  @Test func `what is shown is the number that decided`() throws {
    #expect(try #require(EarlyMove([0.01, 0.0625, 0.0625, 0.07])).shown == 0.0625)
    #expect(try #require(EarlyMove([0.24, 0.59, 0.17, 0.93])).shown == 0.93)
  }

  @Test func `two steps say nothing`() { #expect(EarlyMove([0.1, 0.2]) == nil) }
}
