import Adapters
import Checkpoints
import LinearAlgebra
import Spectra
import Updates

/// What an analysis takes, estimated from the shapes alone: no entry of a base is read for it.
package struct WorkEstimate: Sendable {
  /// Matrices of checkpoints, and base weights that they are compared with.
  package let matrices: Int, weights: Int
  /// Floating-point operations.
  package let operations: Double
  /// Bytes that are read from files at least once.
  package let bytes: Int
  /// The most bytes that the process holds at once: usually about as many, and at most, whatever the weights are.
  package let usualMemory: Int, mostMemory: Int
  /// Why the analysis would be refused; nil if it would not.
  package let refusal: String?
  /// Seconds, without a cache of bases.
  package let seconds: Double
  /// The module that takes longest, and its seconds.
  package let longest: (module: String, seconds: Double)?

  /// - Parameters:
  ///   - groups: The units, by base weight.
  ///   - engine: What would compute them.
  ///   - rate: The speed of a product of matrices on one thread, in operations a second.
  package init(of groups: [AnalysisGroup], by engine: AnalysisEngine, rate: Double) {
    let works = groups.map { (group: $0, work: GroupWork($0, options: engine.options)) }
    let seconds = works.map {
      $0.work.weight / rate + Double($0.group.units.count) * Self.secondsOfAny
    }
    let areHuge = groups.map { HugeMatrix.includes($0.shape) }
    let huge = zip(seconds, areHuge).filter(\.1).map(\.0)
    let others = zip(seconds, areHuge).filter { !$0.1 }.map(\.0)
    matrices = groups.reduce(0) { $0 + $1.units.count }
    weights = groups.count { $0.base != nil }
    operations = works.reduce(0) { $0 + $1.work.operations }
    bytes = works.reduce(0) { $0 + $1.work.bytes }
    func atOnce(_ needs: [Int]) -> Int {
      let together = zip(needs, areHuge).filter { !$0.1 }.map(\.0).sorted(by: >)
        .prefix(engine.jobs).reduce(0, +)
      return max(min(together, engine.memory), needs.max() ?? 0)
    }
    let held = ResidentMemory.held
    do throws(ExperimentError) {
      _ = try engine.room(for: groups, held: held)
      refusal = nil
    } catch {
      refusal = "\(error)"
    }
    usualMemory =
      ResidentMemory.usuallyAtRest + held
      + atOnce(groups.map { $0.usualMemory(for: engine.options) })
    mostMemory =
      ResidentMemory.atRest + held + atOnce(groups.map { $0.memory(for: engine.options) })
    // The huge ones run one after another, the others side by side until the longest of them ends.
    self.seconds =
      (groups.isEmpty ? 0 : Self.secondsOfReport) + huge.reduce(0, +)
      + max(others.reduce(0, +) / Double(engine.jobs), others.max() ?? 0)
    longest = zip(groups, seconds).max { $0.1 < $1.1 }.map { ($0.module, $1) }
  }

  /// What any matrix takes, however small: its line of the journal and its rows of the report (measured).
  private static let secondsOfAny = 8e-4
  /// What any analysis takes: to begin, and to draw and write a report of few matrices (measured).
  private static let secondsOfReport = 0.3
}

/// The work on one base weight and its updates, by the algorithms that `BaseGeometry` and `ChangeMeasurements` take.
struct GroupWork {
  private(set) var operations = 0.0
  /// Operations, each counted as many times as it takes longer than one of a product of matrices.
  private(set) var weight = 0.0
  private(set) var bytes = 0

  /// How much longer an operation takes than one of a product (measured on a Zen 4, Haswell kernel).
  private enum Slowness {
    static let product = 1.0
    /// Eigenvalues: a reduction in one stage, half of which waits for memory; in two stages.
    static let oneStage = 1.7, twoStages = 1.55
    /// All eigenvectors, formed or of the tridiagonal matrix alone.
    static let formedBasis = 1.55, reducedBasis = 1.3
    /// What is done once for each entry: reading, rounding, comparing.
    static let entries = 1.0
  }

  /// Operations of a product in the time that an entry takes: to be read and converted; to be counted against two masks
  /// and rounded; to be looked at once by the choice of masks.
  private static let reading = 60.0, comparing = 900.0, choosing = 250.0

  init(_ group: AnalysisGroup, options: AnalysisOptions) {
    let wanted = options.wanted
    let shape = group.shape
    let (p, long) = (Double(shape.short), Double(shape.long))
    let entries = p * long
    let top = Double(shape.principalCount(options.topCount))
    let isHead = options.basis.isHead(of: shape)
    var needs = Set<Bool>()
    for unit in group.units {
      let rank = unit.update.rank(in: shape)
      bytes += unit.update.storedBytes
      if group.base != nil {
        needs.insert(rank != nil && BaseGeometry.isReduced(shape, for: .coordinates))
      }
      let rounds = Double(1 + (isHead ? 0 : options.nullSamples))
      if let rank {
        add(rounds * (4 * long * rank * rank + 2 * p * rank * rank))
        guard group.base != nil else { continue }
        add(rounds * (2 * entries * rank + 12 * p * p * rank))
        add(rounds * Self.reading * entries, Slowness.entries, counted: false)
        if wanted.contains(.adapted), !isHead { add(rounds * 2 * p * p * rank) }
        if wanted.contains(.entries) { add(rounds * 2 * entries * rank) }
      } else {
        add(rounds * entries * p)
        addValues(p, rounds)
        guard group.base != nil else { continue }
        add(rounds * (2 * entries * p + 4 * p * p * (isHead ? 2 * top : p)))
        add(rounds * 2 * Self.reading * entries, Slowness.entries, counted: false)
      }
      if wanted.contains(.adapted), !isHead { addValues(p, rounds) }
      if wanted.contains(.entries) {
        add(rounds * 4 * entries * top)
        add(rounds * Self.comparing * entries, Slowness.entries, counted: false)
      }
      if wanted.contains(.windows) {
        // At most three along each dimension, of side 128: a Gram matrix and its eigenvalues.
        let side = min(128, p)
        let windows = min(3, (long / side).rounded(.down)) * min(3, (p / side).rounded(.down))
        add(rounds * windows * 5 * side * side * side, 3)
      }
    }
    guard let base = group.base else { return }
    bytes += base.storageType.byteCount(elements: shape.count) ?? shape.count
    for isReduced in needs {
      add(Self.reading * entries, Slowness.entries, counted: false)
      if isHead {
        // Block Lanczos with a block of 3 K takes about ten steps.
        add(10 * 4 * entries * 3 * top)
      } else {
        add(entries * p)
        isReduced
          ? add(8 / 3 * p * p * p, Slowness.reducedBasis)
          : add(14 / 3 * p * p * p, Slowness.formedBasis)
      }
      if wanted.contains(.entries) {
        add(2 * 4 * entries * top)
        add(2 * Self.choosing * entries, Slowness.entries, counted: false)
      }
    }
  }

  private mutating func addValues(_ p: Double, _ rounds: Double) {
    add(
      rounds * 4 / 3 * p * p * p,
      p >= Double(TwoStageReduction.leastSize) ? Slowness.twoStages : Slowness.oneStage)
  }

  /// - Parameter counted: Whether these are operations on numbers, or only as slow as so many.
  private mutating func add(
    _ operations: Double, _ slowness: Double = Slowness.product, counted: Bool = true
  ) {
    if counted { self.operations += operations }
    weight += operations * slowness
  }
}

extension AnalysisGroup {
  /// About as many bytes as are in memory at once for most weights (measured): those whose spectra follow from Gram
  /// matrices. The bound, ``memory(for:)``, is for all.
  fileprivate func usualMemory(for options: AnalysisOptions) -> Int {
    let p = Double(shape.short)
    let panel = Double(shape.panels.first?.count ?? 0) * p
    let areThin = units.allSatisfy { $0.update.rank(in: shape) != nil }
    let (squares, panels) = areThin ? (4, 3) : (6.2, 5.0)
    let workspace = Double(units.map(\.update.workspace).max() ?? 0)
    let path =
      options.wantsPaths ? runs.map { PathMemory(of: $0, shape: shape).bound }.max() ?? 0 : 0
    let null = options.nullSamples > 0 ? 4 * Double(shape.count) : 0
    return Int(
      8 * (squares * p * p + panels * panel + 0.55 * workspace + 0.6 * Double(path) + null))
  }
}

extension ModuleUpdate {
  /// The rank of an update in factors; nil for one that is measured as a dense matrix.
  fileprivate func rank(in shape: OrientedShape) -> Double? {
    guard case .adapter = source, heldCount < shape.count else { return nil }
    let rank = resolved?.rank ?? heldCount / max(rows + columns, 1)
    return 2 * rank <= shape.short ? Double(max(rank, 1)) : nil
  }

  /// About as many bytes as its tensors have in the files.
  fileprivate var storedBytes: Int {
    switch source {
    case .adapted(let after): after.storageType.byteCount(elements: rows * columns) ?? 0
    // Factors in single precision; twice their number is held.
    case .adapter: 2 * heldCount
    }
  }
}

/// How fast this machine multiplies matrices.
package enum ProductRate {
  /// Operations a second of one thread: the best of a few short products.
  package static func measured() -> Double {
    var generator = SplitMix64(seed: 1)
    let size = 768
    let matrix = generator.gaussianMatrix(rows: size, columns: size)
    let clock = ContinuousClock()
    let best = (0..<5).map { _ in clock.measure { _ = matrix * matrix } }.min() ?? .seconds(1)
    return 2 * Double(size * size * size) / max(best / .seconds(1), 1e-6)
  }
}
