import Experiments
import Spectra
import Testing

/// What an analysis would take follows from shapes, by the algorithms that it would take.
@Suite("Estimate of work") struct WorkEstimateTests {
  private func estimate(
    _ shapes: [(Int, Int)], jobs: Int = 2, memory: Int = 1 << 40, rate: Double = 1e10
  ) -> WorkEstimate {
    let engine = AnalysisEngine(
      options: AnalysisOptions(), jobs: jobs, memory: memory, cache: nil)
    return WorkEstimate(
      of: shapes.map { rows, columns in
        AnalysisGroup(
          module: "m\(rows)", basePath: nil, base: nil, units: [],
          shape: OrientedShape(rows: rows, columns: columns))
      }, by: engine, rate: rate)
  }

  @Test func `nothing takes nothing`() {
    let none = estimate([])
    #expect(none.matrices == 0 && none.operations == 0 && none.seconds == 0 && none.memory == 0)
    #expect(none.longest == nil)
  }

  @Test func `memory is that of the largest together, within the limit, and of the largest alone`()
  {
    let one = estimate([(256, 256)]).memory
    #expect(estimate([(256, 256), (256, 256), (256, 256)]).memory == 2 * one)
    #expect(estimate([(256, 256), (256, 256)], jobs: 1).memory == one)
    #expect(estimate([(256, 256), (256, 256)], memory: one + 1).memory == one + 1)
    #expect(estimate([(256, 256), (256, 256)], memory: 1).memory == one)
  }
}
