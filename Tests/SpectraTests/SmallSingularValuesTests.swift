import LinearAlgebra
import Spectra
import Testing

/// Weights with a few singular values so small that their Gram matrix hardly knows them.
@Suite("Small singular values") struct SmallSingularValuesTests {
  enum Kind: CaseIterable {
    /// One value of 1e-7 below values down to 1e-2.
    case lone
    /// Several, each well apart.
    case several
    /// Twenty that are nearly equal.
    case clustered
    /// More than can be found from the weight itself.
    case many
    /// A null direction.
    case null

    func values(_ count: Int) -> [Double] {
      let last: [Double] =
        switch self {
        case .lone: [1e-7]
        case .several: [3e-7, 1e-7, 3e-8]
        case .clustered: (0..<20).map { 3e-7 - 1e-9 * Double($0) }
        case .many: (0..<count / 4).map { 3e-7 / Double(1 + $0) }
        case .null: [0]
        }
      return (0..<count - last.count).map { 1 / (1 + 99 * Double($0) / Double(count)) } + last
    }

    var route: Numerics.Route { self == .many || self == .null ? .gesdd : .refined }
  }

  /// A weight with known singular vectors, and what an update makes of them.
  private struct Example {
    let values: [Double]
    let left: Matrix, right: Matrix
    let base: Matrix

    init(_ kind: Kind, _ rows: Int, _ columns: Int) {
      self.init(kind.values(min(rows, columns)), rows, columns)
    }

    init(_ values: [Double], _ rows: Int, _ columns: Int) {
      var generator = SplitMix64(seed: UInt64(rows))
      let short = values.count
      self.values = values
      left = generator.orthonormalFrame(rows: rows, columns: short)
      right = generator.orthonormalFrame(rows: columns, columns: short)
      base = Matrix.product(left.scalingColumns(by: values), .asStored, right, .transposed)
    }

    func measure(_ update: WeightUpdate, isReduced: Bool) throws -> ChangeMeasurements {
      try SpectraTests.measure(base: base, update: update, isReduced: isReduced)
    }
  }

  static let shapes = [(512, 512), (700, 520), (520, 700)]

  private func expect(_ found: [Double], _ known: [Double]) {
    #expect(found.count == known.count)
    for (one, other) in zip(found, known) {
      // Values err by the square of how much their space is tilted, which is at most 1e-4; all by the rounding of the largest.
      #expect(abs(one - other) <= 1e-6 * other + 2e-14)
    }
  }

  @Test(arguments: Kind.allCases, [false, true])
  func `the values of a base are right, with its vectors formed or not`(
    _ kind: Kind, _ isReduced: Bool
  ) throws {
    for (rows, columns) in Self.shapes {
      let example = Example(kind, rows, columns)
      let geometry = try BaseGeometry(of: DensePanels(example.base), isReduced: isReduced)
      #expect(geometry.route == kind.route)
      expect(geometry.values, example.values)
      let basis = geometry.shortBasis
      #expect((basis.transposed().gram() - .identity(basis.rows)).frobeniusNorm() <= 1e-10)
    }
  }

  @Test(arguments: [false, true])
  func `an update on the smallest directions of both sides is found there`(isReduced: Bool) throws {
    for (rows, columns) in Self.shapes {
      let example = Example(.several, rows, columns)
      let last = example.values.count - 3
      let (left, right) = (
        example.left.columnSlice(last..<last + 3), example.right.columnSlice(last..<last + 3)
      )
      let sizes = [2.0, 3, 5]
      let output = left.scalingColumns(by: sizes)
      let change = try example.measure(
        .factored(left: output, right: right.transposed()), isReduced: isReduced)
      #expect(change.numerics.base == .refined)
      for energies in [change.energies.left, change.energies.right] {
        // Of a total of 38.
        for (found, size) in zip(energies[last...], sizes) {
          #expect(abs(found - size * size) <= 1e-3)
        }
        #expect(energies[..<last].allSatisfy { $0 <= 1e-6 })
      }
      let dense = try example.measure(
        .dense(.product(output, .asStored, right, .transposed)), isReduced: false)
      for side in [Side.left, .right] {
        for (one, other) in zip(change.energies[side], dense.energies[side]) {
          #expect(abs(one - other) <= 1e-3)
        }
      }
    }
  }

  @Test(arguments: [false, true])
  func `an update on directions of nearly equal small values is found on all of them`(
    isReduced: Bool
  ) throws {
    let example = Example(.clustered, 520, 700)
    let last = example.values.count - 20
    let output = example.left.columnSlice(last..<last + 20)
    let change = try example.measure(
      .factored(left: output, right: example.right.columnSlice(last..<last + 20).transposed()),
      isReduced: isReduced)
    for energies in [change.energies.left, change.energies.right] {
      #expect(abs(energies[last...].reduce(0, +) - 20) <= 1e-3)
    }
  }

  @Test(arguments: [false, true])
  func `an update may make a value of the sum small`(isReduced: Bool) throws {
    var values = Kind.lone.values(520)
    values[519] = 5e-3
    let example = Example(values, 700, 520)
    let change = try example.measure(
      .factored(
        left: (1e-7 - 5e-3) * example.left.columnSlice(519..<520),
        right: example.right.columnSlice(519..<520).transposed()), isReduced: isReduced)
    #expect(change.numerics.base == .gram && change.numerics.adapted == .refined)
    expect(try #require(change.adapted).values, Kind.lone.values(520))
  }

  @Test(arguments: [false, true])
  func `an update that takes away what is large leaves its rounding`(isReduced: Bool) throws {
    var values = Kind.lone.values(520)
    (values[0], values[519]) = (100, 5e-3)
    let example = Example(values, 700, 520)
    let ends = [0, 519]
    let output = Matrix.stackedColumns(
      ends.map { example.left.columnSlice($0..<$0 + 1) }
    ).scalingColumns(by: [1 - 100, 1e-7 - 5e-3])
    let input = Matrix.stackedColumns(ends.map { example.right.columnSlice($0..<$0 + 1) })
    let change = try example.measure(
      .factored(left: output, right: input.transposed()), isReduced: isReduced)
    #expect(change.numerics.adapted == .gesdd)
    for (one, other) in zip(try #require(change.adapted).values, Kind.lone.values(520)) {
      #expect(abs(one - other) <= 1e-11)
    }
  }

  @Test(arguments: [Kind.lone, .clustered], [false, true])
  func `an update of the head leaves the small values of base and update as they are`(
    _ kind: Kind, _ isReduced: Bool
  ) throws {
    for (rows, columns) in Self.shapes {
      let example = Example(kind, rows, columns)
      let output = 0.5 * example.left.columnSlice(0..<2)
      let input = example.right.columnSlice(0..<2).transposed()
      let change = try example.measure(
        .factored(left: output, right: input), isReduced: isReduced)
      #expect(change.numerics.adapted == .refined)
      let known = example.values.enumerated().map { $0 < 2 ? $1 + 0.5 : $1 }
      expect(try #require(change.adapted).values, known.sorted(by: >))
    }
  }

  @Test(arguments: Kind.allCases) func `the values of an update stored whole are right`(
    _ kind: Kind
  )
    throws
  {
    let example = Example(kind, 700, 520)
    var generator = SplitMix64(seed: 9)
    let base = generator.gaussianMatrix(rows: 700, columns: 520)
    let panels = DensePanels(base)
    let change = try #require(
      try ChangeMeasurements(
        UpdateForm(.dense(example.base), base: panels), of: DenseReference(base), topCount: 3,
        wanted: .all))
    #expect(change.numerics.update == kind.route)
    expect(change.update.values, example.values)
  }

  @Test func `a small weight is decomposed whole`() throws {
    let example = Example(.lone, 500, 500)
    #expect(try BaseGeometry(of: DensePanels(example.base)).route == .gesdd)
  }

  @Test(arguments: [(5e-9, Numerics.Route.refined), (2e-10, .gesdd)])
  func `a value is found from the weight as far as its vectors are known`(
    _ value: Double, _ route: Numerics.Route
  ) throws {
    var values = Kind.lone.values(512).map { $0 > 0.1 ? $0 : 0.1 }
    values[511] = value
    let example = Example(values, 512, 512)
    let geometry = try BaseGeometry(of: DensePanels(example.base))
    #expect(geometry.route == route)
    expect(geometry.values, values)
  }

  @Test func `a head of all directions is the full decomposition`() throws {
    let example = Example((0..<16).map { $0 < 14 ? 1 : 2e-8 / Double($0) }, 40, 16)
    let panels = DensePanels(example.base)
    let head = try BaseGeometry(headOf: panels, count: 16)
    #expect(head.route == .gesdd && !head.isPartial)
    #expect(head.values == (try BaseGeometry(of: panels)).values)
  }
}
