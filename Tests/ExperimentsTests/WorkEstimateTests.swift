import Experiments
import Spectra
import Testing

/// What an analysis would take follows from shapes, by the algorithms that it would take.
@Suite("Estimate of work") struct WorkEstimateTests {
  private func estimate(
    _ shapes: [(Int, Int)], jobs: Int = 2, memory: Int? = nil, rate: Double = 1e10
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

  @Test func `nothing takes nothing but the program`() {
    let none = estimate([])
    #expect(none.matrices == 0 && none.operations == 0 && none.seconds == 0)
    #expect(none.longest == nil && none.refusal == nil)
    #expect(none.usualMemory > 0 && none.usualMemory < none.mostMemory)
  }

  @Test func `memory is that of the largest together`() {
    func most(_ count: Int, jobs: Int = 2) -> Int {
      estimate(Array(repeating: (1024, 1024), count: count), jobs: jobs).mostMemory
    }
    let one = 12 * 1024 * 1024 * 8
    // What the process holds besides may change a little in between.
    #expect(abs(most(3) - most(1) - one) < one / 2)
    #expect(abs(most(3, jobs: 1) - most(1)) < one / 2)
    #expect(most(3) > estimate([(1024, 1024)]).usualMemory)
  }

  @Test func `a limit that a matrix exceeds is refused, and none is exceeded by default`() {
    let shapes = [(256, 256), (512, 512)]
    #expect(estimate(shapes, memory: 1).refusal?.hasPrefix("'m512' needs up to ") == true)
    #expect(estimate(shapes, memory: 1 << 40).refusal == nil)
    #expect(estimate(shapes).refusal == nil)
  }
}
