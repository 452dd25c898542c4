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

  /// Full updates of square weights, at a rate of products a second.
  private static func full(_ sides: [Int], rate: Double, jobs: Int = 1) throws -> WorkEstimate {
    try SparseModel.withPlan(sides: sides) { plan in
      WorkEstimate(
        of: plan.groups, by: AnalysisEngine(options: AnalysisOptions(), jobs: jobs, cache: nil),
        rate: rate)
    }
  }

  @Test func `bytes are those of the files, each weight once`() throws {
    let found = try Self.full([256, 512], rate: 1e10)
    #expect(found.matrices == 2 && found.weights == 2)
    #expect(found.bytes == 2 * 2 * (256 * 256 + 512 * 512))
  }

  @Test func `a full update takes four decompositions and the products, by the cube of its side`()
    throws
  {
    // Vectors of the base (14/3), values of W, ΔW and W + ΔW, and products: between 15 and 40 times the cube.
    let cube = 1024.0 * 1024 * 1024
    let one = try Self.full([1024], rate: 1e10)
    #expect((15 * cube...40 * cube).contains(one.operations))
    let two = try Self.full([2048], rate: 1e10)
    #expect((7...9).contains(two.operations / one.operations))
  }

  @Test func `time follows the rate, but for what any matrix takes`() throws {
    let slow = try Self.full([512], rate: 1e9)
    let fast = try Self.full([512], rate: 1e12)
    let endless = try Self.full([512], rate: 1e30)
    #expect(endless.seconds > 0 && endless.seconds < 0.5)
    let ratio = (slow.seconds - endless.seconds) / (fast.seconds - endless.seconds)
    #expect(abs(ratio - 1000) < 1)
  }

  @Test func `two jobs halve the time of equal matrices, and not that of one`() throws {
    let sides = Array(repeating: 512, count: 4)
    func seconds(_ sides: [Int], jobs: Int) throws -> Double {
      // Without what any analysis takes.
      try Self.full(sides, rate: 1e10, jobs: jobs).seconds
        - Self.full([1], rate: 1e30).seconds
    }
    let one = try seconds(sides, jobs: 1)
    #expect(abs(try seconds(sides, jobs: 2) / one - 0.5) < 0.01)
    let single = try seconds([512], jobs: 1)
    #expect(abs(try seconds([512], jobs: 2) - single) < 1e-9)
    #expect(abs(one / single - 4) < 0.05)
  }
}
