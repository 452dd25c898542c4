import Adapters
import LinearAlgebra
import Testing

@Suite("LoRA-Dash") struct LoRADashTests {
  private static let module = AdaptedModule(
    name: "m", shape: MatrixShape(rows: 9, columns: 7), hasBias: false, isFeedForwardOutput: false)

  @Test func `the directions are those with the largest change for their size`() throws {
    var samples = Samples()
    let triplets = try SingularTriplets(of: samples.matrix(9, 7))
    // Large on 0, but larger for its size on 5; half of it on 2; the rest turns vectors and counts nothing.
    var middle = Matrix(rows: 7, columns: 7)
    middle[0, 0] = 0.1 * triplets.values[0]
    middle[5, 5] = -0.4 * triplets.values[5]
    middle[2, 2] = 0.2 * triplets.values[2]
    middle[3, 4] = 9
    let update = triplets.left * middle * triplets.right
    #expect(LoRADash.directions(of: update, on: triplets, count: 3) == [5, 2, 0])
  }

  @Test func `directions without a size of their own have no rate`() throws {
    let base = Matrix.diagonal([3, 2, 0])
    let update = Matrix.diagonal([0.3, 0.1, 5])
    let triplets = try SingularTriplets(of: base)
    #expect(LoRADash.directions(of: update, on: triplets, count: 8) == [0, 1])
  }

  @Test func `the choice is made once, and changes no weight at that moment`() throws {
    var samples = Samples()
    let adapter = try TrainableLoRADash(
      module: Self.module,
      options: AdapterOptions(rank: 2, alpha: 4, directionCount: 3, preLaunchSteps: 5))
    let base = samples.matrix(9, 7)
    var generator = SplitMix64(seed: 1)
    let start = try adapter.start(
      base: BaseModule(weight: base), using: &generator, calibration: nil)
    let views = start.parameters.map { MatrixView<Double>($0) }
    views[1].set(samples.matrix(9, 2))
    let frozen = ModuleViews(weight: MatrixView<Double>(base))
    let effective = ModuleViews(weight: MatrixView<Double>(rows: 9, columns: 7))
    let workspace = Workspace<Double>()
    adapter.adapt(effective, frozen: frozen, parameters: views, workspace: workspace)
    let before = effective.weight.matrix
    for step in 1...7 {
      let hasChosen = try adapter.choose(
        views, afterStep: step, base: frozen.weight, effective: effective.weight)
      #expect(hasChosen == (step == 5))
    }
    adapter.adapt(effective, frozen: frozen, parameters: views, workspace: workspace)
    #expect(effective.weight.matrix == before)
    let triplets = try SingularTriplets(of: base)
    let chosen = LoRADash.directions(of: before - base, on: triplets, count: 3)
    for (place, index) in chosen.enumerated() {
      #expect(views[4].matrix.row(place) == triplets.right.row(index))
      views[2][0, place] = 0.5
    }
    adapter.adapt(effective, frozen: frozen, parameters: views, workspace: workspace)
    let sizes = try SingularTriplets(of: effective.weight.matrix - before).values
    #expect(sizes.prefix(3).allSatisfy { abs($0 - 0.5) < 1e-12 } && sizes[3] < 1e-12)
  }

  @Test func `options that train nothing are refused`() {
    for (count, steps) in [(0, 1), (1, 0)] {
      #expect(throws: AdapterError.directionOptions(count: count, steps: steps)) {
        try TrainableLoRADash(
          module: Self.module,
          options: AdapterOptions(rank: 2, directionCount: count, preLaunchSteps: steps))
      }
    }
    #expect(throws: AdapterError.vectorOptions(size: 0, tying: 0)) {
      try TrainableTinyLoRA(
        module: Self.module, options: AdapterOptions(rank: 2, vectorSize: 0))
    }
  }
}
