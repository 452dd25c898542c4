import Checkpoints
import Foundation
import Updates

/// What one pass over a weight W, its merged form M and an update ΔW shows.
///
/// M = W + f·ΔW, rounded, leaves an interval of strengths f for each entry; the strengths that explain all entries are what
/// the intervals have in common. A tolerance of one spacing of M's type holds for rounding to the nearest in one step or
/// in two, and for stochastic rounding.
struct MergeScan: Sendable {
  /// How many entries there are, and how many of M are those of W in M's type.
  private(set) var entries = 0
  private(set) var unchanged = 0
  /// How many entries ΔW changes, and how many of them are unchanged in M.
  private(set) var updated = 0
  private(set) var swallowed = 0
  /// How many entries are NaN or infinite in M, W or ΔW.
  private(set) var nonFinite = 0
  /// The strengths that explain all entries; empty if none does.
  private(set) var strengths = (lower: -Double.infinity, upper: Double.infinity)
  /// Rows that M = W + ΔW explains, rows that are those of W though ΔW changes them, and all others.
  private(set) var appliedRows = 0
  private(set) var untouchedRows = 0
  private(set) var otherRows = 0
  /// ⟨M − W, ΔW⟩, ‖ΔW‖², ‖M − W‖², ‖M − W − ΔW‖².
  private(set) var inner = 0.0
  private(set) var updateEnergy = 0.0
  private(set) var changeEnergy = 0.0
  private(set) var residualEnergy = 0.0
  /// The energy that rounding to M's type has on average: a twelfth of the squared spacing an entry.
  private(set) var roundingEnergy = 0.0
  /// The largest |M − W − ΔW| in spacings of M's type.
  private(set) var worstSpacings = 0.0

  /// How many rows M = W + ΔW explains up to a few roundings of ΔW itself to M's type.
  private(set) var nearRows = 0

  private let type: DataType
  /// The error of ΔW, as a share of the largest entry of its row, that is none of the merge.
  private let slack: Double

  /// - Parameters:
  ///   - merged: The type of M.
  ///   - slack: The error that ΔW and W may have in a row, as a share of the largest entries there.
  init(merged: DataType, slack: Double) {
    type = merged
    self.slack = slack
  }

  /// The pass.
  /// - Parameters:
  ///   - merged: M, of the shape of W.
  ///   - base: W, in the type in which it was loaded.
  ///   - update: ΔW.
  /// - Throws: What reading throws.
  init(_ merged: StoredMatrix, base: LoadedBase, update: UpdateRows, slack: Double) throws {
    self.init(merged: merged.storageType, slack: slack)
    for panel in base.stored.panels {
      let weight = try base.values(panel)
      let change = try update.values(panel, weight: weight)
      add(
        merged: try merged.values(rows: panel), weight: weight, update: change,
        columns: base.columns)
    }
  }

  /// Adds some rows.
  mutating func add(merged: [Double], weight: [Double], update: [Double], columns: Int) {
    let start = type.rounded(weight)
    for first in stride(from: 0, to: weight.count, by: max(columns, 1)) {
      add(row: first..<min(first + columns, weight.count), merged, weight, start, update)
    }
  }

  private mutating func add(
    row: Range<Int>, _ merged: [Double], _ weight: [Double], _ start: [Double],
    _ update: [Double]
  ) {
    var largest = 0.0
    for index in row { largest = max(largest, abs(weight[index]), abs(update[index])) }
    var isApplied = true
    var isUntouched = true
    let before = (residualEnergy, updateEnergy, roundingEnergy)
    for index in row {
      let value = merged[index]
      let change = value - weight[index]
      let wanted = update[index]
      entries += 1
      guard change.isFinite, wanted.isFinite else {
        nonFinite += 1
        isApplied = false
        continue
      }
      let isSame = value == start[index]
      if isSame { unchanged += 1 } else { isUntouched = false }
      if wanted != 0 {
        updated += 1
        if isSame { swallowed += 1 }
      }
      inner += change * wanted
      updateEnergy += wanted * wanted
      changeEnergy += change * change
      let rest = change - wanted
      residualEnergy += rest * rest
      let spacing =
        type.isRoundable ? type.spacing(at: max(abs(value), abs(weight[index]))) : 0
      roundingEnergy += spacing * spacing / 12
      if spacing > 0 { worstSpacings = max(worstSpacings, abs(rest) / spacing) }
      let tolerance = spacing + slack * largest
      if abs(rest) > tolerance { isApplied = false }
      narrow(change, wanted, tolerance)
    }
    let digits = 16 * type.unitRoundoff
    if residualEnergy - before.0
      <= 6 * (roundingEnergy - before.2) + digits * digits * (updateEnergy - before.1)
    {
      nearRows += 1
    }
    if isApplied {
      appliedRows += 1
    } else if isUntouched {
      untouchedRows += 1
    } else {
      otherRows += 1
    }
  }

  private mutating func narrow(_ change: Double, _ wanted: Double, _ tolerance: Double) {
    guard wanted != 0 else {
      // No strength explains a change where ΔW has none.
      if abs(change) > tolerance { strengths = (.infinity, -.infinity) }
      return
    }
    let ends = ((change - tolerance) / wanted, (change + tolerance) / wanted)
    strengths.lower = max(strengths.lower, min(ends.0, ends.1))
    strengths.upper = min(strengths.upper, max(ends.0, ends.1))
  }

  /// Whether M = W + f·ΔW explains every entry.
  func explains(_ strength: Double) -> Bool {
    nonFinite == 0 && strengths.lower <= strength && strength <= strengths.upper
  }

  /// The strength with the fewest digits that explains every entry, near to the middle of those that do; nil if none does.
  var strength: Double? {
    guard nonFinite == 0, strengths.lower <= strengths.upper, updated > 0 else { return nil }
    let middle = (strengths.lower + strengths.upper) / 2
    let rounded = (1...6).lazy.compactMap { Double(String(format: "%.\($0)g", middle)) }
    return rounded.first(where: explains) ?? middle
  }

  /// Whether M is W + ΔW up to a few roundings of ΔW itself, as where ΔW was computed in M's type, and is not W.
  var isNear: Bool {
    let rows = appliedRows + untouchedRows + otherRows
    return nonFinite == 0 && nearRows == rows && updateEnergy > 24 * roundingEnergy
  }

  /// The strength that comes nearest to M: ⟨M − W, ΔW⟩ / ‖ΔW‖².
  var bestStrength: Double { updateEnergy > 0 ? inner / updateEnergy : 0 }

  /// The cosine of M − W and ΔW as vectors; 0 if one is zero.
  var cosine: Double {
    let norms = (updateEnergy * changeEnergy).squareRoot()
    return norms > 0 ? inner / norms : 0
  }

  /// ‖M − W − ΔW‖ / ‖ΔW‖; nil without an update.
  var residual: Double? {
    updateEnergy > 0 ? (residualEnergy / updateEnergy).squareRoot() : nil
  }
}
