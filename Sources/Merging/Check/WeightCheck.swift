import Adapters
import Checkpoints
import Updates

/// Compares one merged weight with base and update.
struct WeightCheck {
  private let unit: MergeUnit
  private let merged: StoredMatrix
  private let base: LoadedBase
  private let update: UpdateRows
  private let recipe: MergeRecipe?

  /// - Parameters:
  ///   - unit: The weight of the base and its update.
  ///   - merged: The merged weight, of the base's shape.
  ///   - type: That in which the base was loaded.
  /// - Throws: What reading the adapter throws.
  private init(_ unit: MergeUnit, merged: StoredMatrix, loadedIn type: DataType) throws {
    self.unit = unit
    self.merged = merged
    base = unit.loaded(in: type)
    update = try unit.update(of: type)
    recipe = try unit.recipe()
  }

  /// The verdict on a weight. If its type is not the base's, the base may have been loaded in either: the verdict is the
  /// better one.
  /// - Throws: What reading throws; a LAPACK failure.
  static func checked(_ unit: MergeUnit, merged: StoredMatrix) throws -> CheckedWeight {
    try CheckedWeight.better(unit, read: merged) { type in
      let check = try WeightCheck(unit, merged: merged, loadedIn: type)
      let scan = try check.scan(check.update)
      return (try check.verdict(scan), scan)
    }
  }

  private func verdict(_ scan: MergeScan) throws -> MergeVerdict {
    if scan.nonFinite > 0 { return .fault(.notFinite(scan.nonFinite)) }
    if scan.updated == 0 {
      return scan.explains(1) ? .nothing : .fault(try otherChange(scan))
    }
    if let arithmetic = try exactArithmetic() {
      return scan.unchanged == scan.entries ? .swallowed : .exact(arithmetic)
    }
    if scan.unchanged == scan.entries { return .fault(.notApplied) }
    if scan.explains(1) {
      return try scan.explains(0) && !agreesWithReplay() ? .inconclusive : .rounding
    }
    if scan.explains(0) { return .fault(.notApplied) }
    if let strength = scan.strength, abs(strength - 1) > Self.slightest {
      return .fault(.strength(strength))
    }
    if let fault = try alternative(to: scan) { return .fault(fault) }
    return scan.isNear ? .rounding : .fault(try otherChange(scan))
  }

  /// A strength nearer to 1 than this may come from roundings of ΔW.
  private static let slightest = 1e-3

  private func scan(_ update: UpdateRows) throws -> MergeScan {
    try MergeScan(merged, base: base, update: update, slack: slack)
  }

  /// A sum of products in Float32 is off by a few roundings. The other methods invert, transform or multiply whole
  /// weights.
  private var slack: Double { recipe == nil && !update.isReplacement ? 0x1p-18 : 0x1p-20 }

  /// The types in which PEFT's operations give these bits; nil if none does.
  private func exactArithmetic() throws -> MergeArithmetic? {
    try MergeArithmetic.candidates(loaded: base.type).first { arithmetic in
      guard
        let replay = try MergedRows(unit, update: update, recipe: recipe, in: arithmetic)
      else { return false }
      return try unit.base.panels.allSatisfy { panel in
        try expected(replay, panel) == merged.values(rows: panel)
      }
    }
  }

  private func expected(_ replay: MergedRows, _ panel: Range<Int>) throws -> [Double] {
    merged.storageType.rounded(try replay.values(panel, of: base.values(panel)))
  }

  /// Whether at least half of the entries that the usual merge changes have its value. Where the update is below rounding,
  /// this tells a merged weight from the base.
  private func agreesWithReplay() throws -> Bool {
    guard
      let arithmetic = MergeArithmetic.candidates(loaded: base.type).first,
      let replay = try MergedRows(unit, update: update, recipe: recipe, in: arithmetic)
    else { return false }
    let type = merged.storageType
    var changed = 0
    var agreeing = 0
    for panel in unit.base.panels {
      let start = type.rounded(try base.values(panel))
      let found = try merged.values(rows: panel)
      for (index, value) in try expected(replay, panel).enumerated() where value != start[index] {
        changed += 1
        if value == found[index] { agreeing += 1 }
      }
    }
    return changed > 0 && 2 * agreeing >= changed
  }

  /// Another form of the update that explains every entry.
  private func alternative(to scan: MergeScan) throws -> MergeFault? {
    if scan.otherRows == 0, scan.appliedRows > 0, scan.untouchedRows > 0 {
      return .someRows(scan.appliedRows, of: scan.appliedRows + scan.untouchedRows)
    }
    if let reordered = try update.reordered(), try explains(reordered) { return .transposed }
    if let other = unit.module?.withoutStart, try explains(other) { return .startNotSubtracted }
    if let other = unit.module?.withoutMagnitudes, try explains(other) {
      return .magnitudesLeftOut
    }
    return nil
  }

  private func explains(_ other: ModuleUpdate) throws -> Bool {
    try MergeUnit(other).map { try explains($0.update(of: base.type)) } ?? false
  }

  private func explains(_ other: UpdateRows) throws -> Bool {
    let scan = try scan(other)
    return scan.explains(1) && !scan.explains(0)
  }

  /// What the weight holds if it is no form of the update.
  private func otherChange(_ scan: MergeScan) throws -> MergeFault {
    let change = { (panel: Range<Int>) in
      zip(try merged.values(rows: panel), try base.values(panel)).map { $0 - $1 }
    }
    if abs(scan.bestStrength - 1) < 0.05, scan.updated > 0 {
      let rest = { (panel: Range<Int>) in
        let wanted = try update.values(panel, weight: base.values(panel))
        return zip(try change(panel), wanted).map { $0 - $1 }
      }
      if try LowRankTest.holds(unit.base, rounding: scan.roundingEnergy, difference: rest) {
        return .besides
      }
    }
    if try LowRankTest.holds(unit.base, rounding: scan.roundingEnergy, difference: change) {
      return .anotherAdapter(cosine: scan.cosine)
    }
    return scan.updated == 0 ? .unexpected : .unexplained(distance: scan.residual ?? .infinity)
  }
}
