import Experiments
import Spectra
import Testing

/// A matrix that all threads share: its last digits depend on their number, which `--jobs` must not change.
@Suite("Huge matrices") struct HugeMatrixTests {
  private func fingerprints(side: Int, threads: [Int]) throws -> [String] {
    try SparseModel.withPlan(sides: [side]) { plan in
      threads.map { plan.fingerprint(options: AnalysisOptions(), version: "0", threads: $0) }
    }
  }

  @Test func `an analysis with a huge weight goes on with the same number of threads alone`() throws
  {
    let found = try fingerprints(side: HugeMatrix.side, threads: [1, 2, 1])
    #expect(found[0] != found[1])
    #expect(found[0] == found[2])
  }

  @Test func `an analysis of small weights goes on with any number of threads`() throws {
    let found = try fingerprints(side: 64, threads: [1, 2])
    #expect(found[0] == found[1])
  }
}
