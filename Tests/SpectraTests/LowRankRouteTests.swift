import LinearAlgebra
import Spectra
import Testing

/// Updates of low rank, whose products are never made, against the full route: the same update as a dense matrix, with
/// every singular vector formed.
@Suite("Route of low rank") struct LowRankRouteTests {
  /// Singular values that weights have, and those that decompositions find hard.
  enum Kind: String, CaseIterable {
    case decaying, gapped, flat, steep, clustered, deficient

    func values(_ count: Int) -> [Double] {
      (0..<count).map { index in
        let position = Double(index) / Double(count)
        return switch self {
        case .decaying: 1 / (1 + 20 * position)
        case .gapped: (index < 3 ? 100 : 1) - position
        case .flat: 1 - 1e-3 * position
        // Down to 3e-6 of the largest, just above where the Gram matrix is given up.
        case .steep:
          1 / Double(sign: .plus, exponent: index * 18 / count, significand: 1 + position)
        case .clustered: index < count / 2 ? 2 : 1
        case .deficient: index < count / 2 ? 2 - position : 0
        }
      }
    }
  }

  static let shapes = [(48, 40), (40, 48), (40, 40), (160, 24), (110, 96)]

  private struct Case {
    let base: Matrix
    let factored: WeightUpdate
    let dense: WeightUpdate

    init(_ kind: Kind, rows: Int, columns: Int) {
      var generator = SplitMix64(seed: UInt64(rows))
      let short = min(rows, columns)
      let left = generator.orthonormalFrame(rows: rows, columns: short)
      let right = generator.orthonormalFrame(rows: columns, columns: short)
      base = Matrix.product(
        left.scalingColumns(by: kind.values(short)), .asStored, right, .transposed)
      // Half of it lies on the head, as after training; one column is zero, as of a factor that never moved.
      var output = 0.02 * generator.gaussianMatrix(rows: rows, columns: 4)
      for row in 0..<rows { (output[row, 0], output[row, 3]) = (0.1 * left[row, 1], 0) }
      let input = generator.gaussianMatrix(rows: 4, columns: columns)
      factored = .factored(left: output, right: input)
      dense = .dense(output * input)
    }

    func measure(_ update: WeightUpdate, isReduced: Bool) throws -> ChangeMeasurements {
      try SpectraTests.measure(base: base, update: update, isReduced: isReduced)
    }
  }

  @Test(arguments: Kind.allCases, shapes)
  func `every measurement agrees with the full route`(
    _ kind: Kind, _ shape: (rows: Int, columns: Int)
  ) throws {
    let example = Case(kind, rows: shape.rows, columns: shape.columns)
    let full = try example.measure(example.dense, isReduced: false)
    for isReduced in [false, true] {
      let change = try example.measure(example.factored, isReduced: isReduced)
      #expect(change.numerics.base == (kind == .deficient ? .gesdd : .gram))
      // The left side divides by σ, of which a Gram matrix knows 1e-16 · (σ₁/σ)²: 1e-5 where that is 1e11.
      let bound = kind == .steep ? 1e-5 : 1e-10
      func expect(_ one: [Double], _ other: [Double], _ scale: Double, _ name: String) {
        #expect(one.count == other.count, "\(name)")
        for (one, other) in zip(one, other) {
          #expect(abs(one - other) <= bound * scale, "\(name)")
        }
      }
      let (size, energy) = (full.base.values[0], full.update.energy)
      expect(change.base.values, full.base.values, size, "base")
      expect(change.update.values, Array(full.update.values[..<4]), full.update.norm, "update")
      let adapted = try (#require(change.adapted), #require(full.adapted))
      expect(adapted.0.values, adapted.1.values, adapted.1.values[0], "adapted")
      expect([change.innerProduct], [full.innerProduct], size * full.update.norm, "product")
      // Vectors of equal values are any of their span: only sums over it are determined.
      let half = full.base.values.count / 2
      for side in [Side.left, .right] {
        let (one, other) = (change.energies[side], full.energies[side])
        switch kind {
        case .clustered, .deficient:
          expect(
            [one[..<half].reduce(0, +), kind == .deficient ? 0 : one[half...].reduce(0, +)],
            [other[..<half].reduce(0, +), kind == .deficient ? 0 : other[half...].reduce(0, +)],
            energy, "sums \(side)")
        default: expect(one, other, energy, "energies \(side)")
        }
      }
      guard kind != .clustered else { continue }
      expect([change.twoSidedHeadEnergy], [full.twoSidedHeadEnergy], energy, "head")
      let cosines = try (#require(change.angles), #require(full.angles))
      expect(cosines.0.left.cosines, cosines.1.left.cosines, 1, "left angles")
      expect(cosines.0.right.cosines, cosines.1.right.cosines, 1, "right angles")
      guard kind != .deficient else { continue }
      expect(change.alignedChanges, full.alignedChanges, full.update.norm, "first order")
      expect(change.bestMatches, full.bestMatches, 1, "matches")
    }
  }

  @Test(arguments: [(48, 40), (40, 48), (110, 96)])
  func `a dense update is added to a band as to a whole Gram matrix`(
    _ shape: (rows: Int, columns: Int)
  ) throws {
    let example = Case(.decaying, rows: shape.rows, columns: shape.columns)
    let full = try example.measure(example.dense, isReduced: false)
    let reduced = try example.measure(example.dense, isReduced: true)
    let adapted = try (#require(full.adapted), #require(reduced.adapted))
    for (one, other) in zip(adapted.0.values, adapted.1.values) {
      #expect(abs(one - other) <= 1e-10)
    }
    for (one, other) in zip(full.energies.left, reduced.energies.left) {
      #expect(abs(one - other) <= 1e-10 * full.update.energy)
    }
  }

  @Test func `what a base gives for one need does not depend on another`() throws {
    let example = Case(.decaying, rows: 48, columns: 40)
    let panels = DensePanels(example.base)
    let (first, second) = (DenseReference(example.base), DenseReference(example.base))
    _ = try second.geometry(for: .everyVector)
    let form = try UpdateForm(example.factored, base: panels)
    let analyzer = ModuleAnalyzer(options: AnalysisOptions())
    let identity = ModuleIdentity(
      run: "r", method: "lora", seed: nil, step: 0, module: "m", rows: 48, columns: 40)
    #expect(
      try analyzer.analyze(identity, form, of: first)
        == analyzer.analyze(identity, form, of: second))
  }
}
