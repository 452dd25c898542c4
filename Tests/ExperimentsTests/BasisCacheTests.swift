import Experiments
import Foundation
import LinearAlgebra
import Spectra
import Testing

/// A decomposition whose vectors are not formed is kept as the first stage of its reduction.
@Suite("Cached reductions") struct BasisCacheTests {
  private let key = ContentHash(of: ["weight"])
  private let topCount = 4

  private struct Case {
    var base: Matrix
    let update: UpdateForm

    init(rows: Int, columns: Int) throws {
      var generator = SplitMix64(seed: UInt64(rows))
      base = generator.gaussianMatrix(rows: rows, columns: columns)
      update = try UpdateForm(
        .factored(
          left: 0.1 * generator.gaussianMatrix(rows: rows, columns: 3),
          right: generator.gaussianMatrix(rows: 3, columns: columns)), base: DensePanels(base))
    }

    func analysis(_ geometry: BaseGeometry) throws -> ModuleAnalysis {
      let identity = ModuleIdentity(
        run: "r", method: "lora", seed: nil, step: 0, module: "m", rows: base.rows,
        columns: base.columns)
      return try ModuleAnalyzer(options: AnalysisOptions(topCount: 4)).analyze(
        identity, update, of: DenseReference(base, geometry: geometry))
    }
  }

  private func withCache(_ body: (BasisCache) throws -> Void) rethrows {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("cache-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(BasisCache(folder: folder, sizeLimit: .max))
  }

  @Test(arguments: [(90, 80), (80, 90), (130, 66)])
  func `a second analysis gives the same bits from half as many numbers`(
    _ shape: (rows: Int, columns: Int)
  ) throws {
    let example = try Case(rows: shape.rows, columns: shape.columns)
    let panels = DensePanels(example.base)
    let made = try BaseGeometry(of: panels, isReduced: true)
      .withMasks(of: panels, topCount: topCount)
    try withCache { cache in
      cache.store(made, for: key, topCount: topCount, isReduced: true)
      let found = try #require(
        cache.geometry(for: key, topCount: topCount, shape: made.shape, isReduced: true))
      #expect(found.values == made.values)
      #expect(found.shortBasis == made.shortBasis)
      #expect(found.masks == made.masks)
      #expect(try example.analysis(found) == example.analysis(made))
      // One of the vectors is another entry.
      #expect(cache.geometry(for: key, topCount: topCount, shape: made.shape) == nil)
    }
  }

  @Test func `a weight whose Gram matrix is too inaccurate is kept with its vectors`() throws {
    var example = try Case(rows: 90, columns: 80)
    for row in 0..<90 { example.base[row, 7] = 1e-9 * example.base[row, 7] }
    let made = try BaseGeometry(of: DensePanels(example.base), isReduced: true)
    #expect(made.route == .gesdd)
    try withCache { cache in
      cache.store(made, for: key, topCount: topCount, isReduced: true)
      let found = try #require(
        cache.geometry(for: key, topCount: topCount, shape: made.shape, isReduced: true))
      #expect(found.route == .gesdd)
      #expect(try example.analysis(found) == example.analysis(made))
    }
  }

  /// A square weight of which one singular value is 1e-7 of the largest.
  private func nearlySingular() throws -> Case {
    var example = try Case(rows: 512, columns: 512)
    for column in 0..<512 { example.base[7, column] *= 1e-7 }
    return example
  }

  @Test(arguments: [false, true])
  func `what was found from the weight itself is kept beside vectors or band`(isReduced: Bool)
    throws
  {
    let example = try nearlySingular()
    let made = try BaseGeometry(of: DensePanels(example.base), isReduced: isReduced)
    #expect(made.route == .refined && (made.band != nil) == isReduced)
    try withCache { cache in
      cache.store(made, for: key, topCount: topCount, isReduced: isReduced)
      let found = try #require(
        cache.geometry(for: key, topCount: topCount, shape: made.shape, isReduced: isReduced))
      #expect(found.route == .refined && found.values == made.values)
      #expect(try example.analysis(found) == example.analysis(made))
    }
  }

  @Test(arguments: [false, true]) func `a changed bit anywhere is a miss`(isRefined: Bool) throws {
    let example = try isRefined ? nearlySingular() : Case(rows: 90, columns: 80)
    let made = try BaseGeometry(of: DensePanels(example.base), isReduced: true)
    try withCache { cache in
      cache.store(made, for: key, topCount: topCount, isReduced: true)
      let file = cache.url(key, topCount, made.shape, isReduced: true)
      let bytes = try Data(contentsOf: file)
      for place in stride(from: 8, to: bytes.count, by: bytes.count / 40) {
        var changed = bytes
        changed[place] ^= 4
        try changed.write(to: file)
        #expect(
          cache.geometry(for: key, topCount: topCount, shape: made.shape, isReduced: true) == nil,
          "byte \(place)")
      }
    }
  }

  @Test(arguments: [
    ([1, 2, 3], Matrix.identity(3)), ([3, 2, .nan], Matrix.identity(3)),
    ([3, 2, -1], Matrix.identity(3)), ([3, 2, 1], 2 * Matrix.identity(3)),
  ])
  func `numbers of no decomposition are a miss, also under the right checksum`(
    values: [Double], basis: Matrix
  ) throws {
    let shape = OrientedShape(rows: 3, columns: 3)
    withCache { cache in
      cache.store(
        BaseGeometry(shape: shape, values: values, shortBasis: basis, triangleBasis: nil),
        for: key, topCount: topCount)
      #expect(FileManager.default.fileExists(atPath: cache.url(key, topCount, shape).path))
      #expect(cache.geometry(for: key, topCount: topCount, shape: shape) == nil)
    }
  }

  @Test func `small values that no weight has are a miss, also under the right checksum`() throws {
    let made = try BaseGeometry(of: DensePanels(nearlySingular().base), isReduced: true)
    let (band, smallest) = try (#require(made.band), #require(made.smallest))
    for damaged in [
      SmallSingularValues(values: smallest.values, turn: 2 * smallest.turn),
      SmallSingularValues(values: smallest.values.map { 1e6 * $0 }, turn: smallest.turn),
      SmallSingularValues(values: smallest.values.map { -$0 }, turn: smallest.turn),
    ] {
      let wrong = try #require(
        try BaseGeometry(shape: made.shape, band: band, smallest: damaged))
      withCache { cache in
        cache.store(wrong, for: key, topCount: topCount, isReduced: true)
        let file = cache.url(key, topCount, made.shape, isReduced: true)
        #expect(FileManager.default.fileExists(atPath: file.path))
        #expect(
          cache.geometry(for: key, topCount: topCount, shape: made.shape, isReduced: true) == nil)
      }
    }
  }
}
