import Checkpoints
import LinearAlgebra
import Merging
import Testing

/// Residual bases of PiSSA and its relatives, right and wrong.
@Suite("Starts that leave a residual base") struct StartCheckTests {
  /// The factors of some triplets of a weight: UΣ½ and Σ½Vᵀ, divided by the root of the scale.
  private static func factors(
    _ weight: Matrix, _ range: Range<Int>, scale: Double
  ) throws -> (down: Matrix, up: Matrix) {
    let triplets = try SingularTriplets(of: weight)
    let roots = Matrix.diagonal(triplets.values[range].map { ($0 / scale).squareRoot() })
    return (roots * triplets.right.rowSlice(range), triplets.left.columnSlice(range) * roots)
  }

  private static func product(_ weight: Matrix, _ range: Range<Int>) throws -> Matrix {
    let pair = try factors(weight, range, scale: 1)
    return pair.up * pair.down
  }

  private func bench(
    _ name: String = "pissa", alpha: Int = 4, scale: Double = 1, isMinor: Bool = false
  ) throws -> MergeBench {
    let bench = try MergeBench()
    try bench.writeAdapter(
      "adapter", fields: #""lora_alpha": \#(alpha), "init_lora_weights": "\#(name)""#
    ) { _, weight in
      let rank = min(weight.rows, weight.columns)
      return try Self.factors(weight, isMinor ? rank - 4..<rank : 0..<4, scale: scale)
    }
    return bench
  }

  private func write(
    _ bench: MergeBench, _ residual: (Matrix) throws -> Matrix
  ) throws {
    try bench.writeModel("merged", bench.weights.mapValues(residual))
  }

  @Test(arguments: ["pissa", "pissa_niter_4", "olora", "corda"])
  func `residual and start make the base`(name: String) async throws {
    let bench = try bench(name)
    try write(bench) { $0 - (try Self.product($0, 0..<4)) }
    let report = try await bench.checkStart()
    #expect(report.conclusion == .pass, "\(report.headline)")
  }

  @Test func `twice the scale of the start is named, with where the run begins`() async throws {
    // The start was split with scale 1, and the configuration has scale 2.
    let bench = try bench(alpha: 8)
    try write(bench) { $0 - (try Self.product($0, 0..<4)) }
    let report = try await bench.checkStart()
    #expect(report.fault == "start_wrong_strength")
    #expect(report.headline.contains("W + 0.5·s·B₀A₀"), "\(report.headline)")
    #expect(report.headline.contains("twice that of its start"))
  }

  @Test func `a base from which nothing was taken is named`() async throws {
    let bench = try bench()
    try write(bench) { $0 }
    #expect(try await bench.checkStart().fault == "start_not_taken_off")
  }

  @Test func `a randomised start that was drawn again is named`() async throws {
    let bench = try MergeBench()
    var generator = SplitMix64(seed: 8)
    // One draw for the residual, and another for the adapter, as a second load makes it.
    let draw = { (weight: Matrix, generator: inout SplitMix64) in
      let image = weight * generator.gaussianMatrix(rows: weight.columns, columns: 8)
      let range = try QRFactors(of: weight * (weight.transposed() * image)).q
      let inside = range * (range.transposed() * weight)
      return try SingularTriplets(of: inside).leading(4)
    }
    var residuals: [String: Matrix] = [:]
    for (name, weight) in bench.weights {
      residuals[name] = weight - (try draw(weight, &generator)).reconstruction()
    }
    try bench.writeAdapter(
      "adapter", fields: #""lora_alpha": 4, "init_lora_weights": "pissa_niter_1""#
    ) { _, weight in
      let triplets = try draw(weight, &generator)
      let roots = Matrix.diagonal(triplets.values.map { $0.squareRoot() })
      return (roots * triplets.right, triplets.left * roots)
    }
    try bench.writeModel("merged", residuals)
    #expect(try await bench.checkStart().fault == "start_drawn_again")
  }

  @Test func `the largest triples taken for the smallest are named`() async throws {
    let bench = try bench("milora", isMinor: true)
    try write(bench) { $0 - (try Self.product($0, 0..<4)) }
    let report = try await bench.checkStart()
    #expect(report.fault == "start_other_part", "\(report.headline)")
    #expect(report.headline.contains("lacks the largest"))
  }

  @Test func `an adapter that was trained since is not the start`() async throws {
    let bench = try MergeBench()
    var generator = SplitMix64(seed: 6)
    try bench.writeAdapter(
      "adapter", fields: #""lora_alpha": 4, "init_lora_weights": "pissa""#
    ) { _, weight in
      let pair = try Self.factors(weight, 0..<4, scale: 1)
      return (pair.down, pair.up + 0.05 * generator.gaussianMatrix(rows: weight.rows, columns: 4))
    }
    try write(bench) { $0 - (try Self.product($0, 0..<4)) }
    #expect(try await bench.checkStart().fault == "start_moved")
  }
}
