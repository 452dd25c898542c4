import Checkpoints
import LinearAlgebra
import Updates

/// Sums over the entries of two updates.
struct PairScan: Sendable {
  /// ⟨A, B⟩, ‖A‖² and ‖B‖², ‖A − B‖².
  private(set) var inner = 0.0
  private(set) var energies = [0.0, 0.0]
  private(set) var difference = 0.0
  private(set) var entries = 0
  /// Entries that A changes in the base's type, that B changes, and that both change.
  private(set) var changed = [0, 0]
  private(set) var both = 0
  /// Entries where neither is zero, and those of them with opposite signs.
  private(set) var nonzero = 0
  private(set) var opposite = 0

  /// Adds some entries of A and B.
  mutating func add(_ first: [Double], _ second: [Double]) {
    for index in first.indices {
      let (one, other) = (first[index], second[index])
      inner += one * other
      energies[0] += one * one
      energies[1] += other * other
      difference += (one - other) * (one - other)
      entries += 1
      if one != 0, other != 0 {
        nonzero += 1
        if (one < 0) != (other < 0) { opposite += 1 }
      }
    }
  }
}

extension PairScan {
  /// Adds which of some entries the two change when they are merged.
  /// - Parameters:
  ///   - weight: The base's, in its type.
  ///   - first: A.
  ///   - second: B.
  ///   - type: The base's.
  fileprivate mutating func addMerged(
    weight: [Double], _ first: [Double], _ second: [Double], type: DataType
  ) {
    let merged = [first, second].map { type.rounded(zip(weight, $0).map { $0 + $1 }) }
    for index in weight.indices {
      let isChanged = (merged[0][index] != weight[index], merged[1][index] != weight[index])
      if isChanged.0 { changed[0] += 1 }
      if isChanged.1 { changed[1] += 1 }
      if isChanged.0 && isChanged.1 { both += 1 }
    }
  }
}

/// Measures two updates of one weight.
struct PairMeasurement {
  let name: String
  private let base: LoadedBase?
  private let updates: [UpdateRows]

  /// - Throws: What reading adapters throws.
  init(_ first: DiffedUpdate, _ second: DiffedUpdate) throws {
    // What is a part of one checkpoint's weight is a weight of the other.
    name = first.isPart ? second.name : first.name
    base = first.base
    updates = [try first.update(), try second.update()]
  }

  private var rows: Int { updates[0].rows }
  private var columns: Int { updates[0].columns }

  /// Rows of the base. Where it is not known, no update depends on it.
  private func weight(_ panel: Range<Int>) throws -> [Double] {
    try base?.values(panel) ?? [Double](repeating: 0, count: panel.count * columns)
  }

  /// - Throws: What reading throws; a LAPACK failure.
  func diff(directions count: Int) throws -> (diff: WeightDiff, scan: PairScan) {
    var scan = PairScan()
    for panel in updates[0].panels {
      let weight = try weight(panel)
      let values = try updates.map { try $0.values(panel, weight: weight) }
      scan.add(values[0], values[1])
      if let base { scan.addMerged(weight: weight, values[0], values[1], type: base.type) }
    }
    let parts = try updates.map { try LeadingDirections(of: $0, count: count, weight: weight) }
    let sum = try LeadingDirections(
      of: updates[0].adding(updates[1]), count: count, weight: weight)
    let compared = min(parts[0].values.count, parts[1].values.count)
    let entries = Double(max(scan.entries, 1))
    let shares = scan.changed.map { Double($0) / entries }
    let union = scan.changed[0] + scan.changed[1] - scan.both
    let expected = shares[0] * shares[1]
    let norms = scan.energies.map { $0.squareRoot() }
    let diff = WeightDiff(
      name: name, rows: rows, columns: columns, norms: norms,
      cosine: norms[0] * norms[1] > 0 ? scan.inner / (norms[0] * norms[1]) : nil,
      distance: norms[0] > 0 ? scan.difference.squareRoot() / norms[0] : nil,
      directions: compared,
      leftOverlap: Self.overlap(parts[0].left.transposed(), parts[1].left.transposed(), compared),
      rightOverlap: Self.overlap(parts[0].right, parts[1].right, compared),
      leftChance: Double(compared) / Double(max(rows, 1)),
      rightChance: Double(compared) / Double(max(columns, 1)), changed: base == nil ? nil : shares,
      jaccard: union > 0 ? Double(scan.both) / Double(union) : nil,
      jaccardChance: union > 0 ? expected / (shares[0] + shares[1] - expected) : nil,
      signConflict: scan.nonzero > 0 ? Double(scan.opposite) / Double(scan.nonzero) : nil,
      spectra: [parts[0].values, parts[1].values, sum.values])
    return (diff, scan)
  }

  /// ‖XYᵀ‖² / k of the first k rows of each.
  private static func overlap(_ first: Matrix, _ second: Matrix, _ count: Int) -> Double? {
    guard count > 0 else { return nil }
    let product = Matrix.product(
      first.rowSlice(0..<count), .asStored, second.rowSlice(0..<count), .transposed)
    return product.values.reduce(0) { $0 + $1 * $1 } / Double(count)
  }
}
