import Adapters
import Checkpoints
import Updates

/// Compares one merged weight with base and update.
struct WeightCheck {
  private let unit: MergeUnit
  private let merged: StoredMatrix
  private let update: UpdateRows
  private let recipe: MergeRecipe?

  /// - Parameters:
  ///   - unit: The weight of the base and its update.
  ///   - merged: The merged weight, of the base's shape.
  /// - Throws: What reading the adapter throws.
  init(_ unit: MergeUnit, merged: StoredMatrix) throws {
    self.unit = unit
    self.merged = merged
    update = try unit.update()
    recipe = try unit.recipe()
  }

  /// - Throws: What reading throws; a LAPACK failure.
  func checked() throws -> CheckedWeight {
    let scan = try scan(update)
    return CheckedWeight(unit.name, try verdict(scan), scan)
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
    if let strength = scan.strength { return .fault(.strength(strength)) }
    return .fault(try alternative(to: scan) ?? otherChange(scan))
  }

  private func scan(_ update: UpdateRows) throws -> MergeScan {
    try MergeScan(merged, base: unit.base, update: update, slack: slack)
  }

  /// A sum of products in Float32 is off by a few roundings. The other methods invert, transform or multiply whole
  /// weights.
  private var slack: Double { recipe == nil && !update.isReplacement ? 0x1p-18 : 0x1p-20 }

  /// The types in which PEFT's operations give these bits; nil if none does.
  private func exactArithmetic() throws -> MergeArithmetic? {
    try MergeArithmetic.candidates(
      base: unit.base.storageType, merged: merged.storageType
    ).first { arithmetic in
      guard
        let replay = try MergedRows(unit, update: update, recipe: recipe, in: arithmetic)
      else { return false }
      return try unit.base.panels.allSatisfy { panel in
        try expected(replay, panel) == merged.values(rows: panel)
      }
    }
  }

  private func expected(_ replay: MergedRows, _ panel: Range<Int>) throws -> [Double] {
    let values = try replay.values(panel, weight: unit.base.values(rows: panel))
    return merged.storageType.isRoundable ? merged.storageType.rounded(values) : values
  }

  /// Whether at least half of the entries that the usual merge changes have its value. Where the update is below rounding,
  /// this tells a merged weight from the base.
  private func agreesWithReplay() throws -> Bool {
    guard
      let arithmetic = MergeArithmetic.candidates(
        base: unit.base.storageType, merged: merged.storageType
      ).first,
      let replay = try MergedRows(unit, update: update, recipe: recipe, in: arithmetic)
    else { return false }
    let type = merged.storageType
    var changed = 0
    var agreeing = 0
    for panel in unit.base.panels {
      let start = type.rounded(try unit.base.values(rows: panel))
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
    try MergeUnit(other).map { try explains($0.update()) } ?? false
  }

  private func explains(_ other: UpdateRows) throws -> Bool {
    let scan = try scan(other)
    return scan.explains(1) && !scan.explains(0)
  }

  /// What the weight holds if it is no form of the update.
  private func otherChange(_ scan: MergeScan) throws -> MergeFault {
    let change = { (panel: Range<Int>) in
      zip(try merged.values(rows: panel), try unit.base.values(rows: panel)).map { $0 - $1 }
    }
    if abs(scan.bestStrength - 1) < 0.05, scan.updated > 0 {
      let rest = { (panel: Range<Int>) in
        let wanted = try update.values(panel, weight: unit.base.values(rows: panel))
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
