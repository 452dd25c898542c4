import Checkpoints
import Updates

/// What the comparison of one weight says.
package enum MergeVerdict: Sendable, Equatable {
  /// Bit for bit what PEFT computes in these types.
  case exact(MergeArithmetic)
  /// Base plus update, but for rounding.
  case rounding
  /// The update is zero, and the weight is the base's.
  case nothing
  /// Rounding takes the update away: base, merged weight and PEFT's are the same.
  case swallowed
  /// Base, merged weight and update lie so near to each other that nothing tells whether the update is there.
  case inconclusive
  case fault(MergeFault)

  /// A name for scripts.
  package var key: String {
    switch self {
    case .exact: "exact"
    case .rounding: "rounding"
    case .nothing: "nothing_to_merge"
    case .swallowed: "swallowed"
    case .inconclusive: "inconclusive"
    case .fault(let fault): fault.key
    }
  }

  /// What is wrong, if something is.
  package var fault: MergeFault? {
    if case .fault(let fault) = self { fault } else { nil }
  }
}

/// A weight that was checked.
package struct CheckedWeight: Sendable {
  package let name: String
  package let verdict: MergeVerdict
  /// ‖merged − base − update‖ / ‖update‖; nil without an update.
  package let residual: Double?
  /// The largest distance of an entry from base plus update, in spacings of the merged type.
  package let spacings: Double?
  /// How many entries the update changes, and how many of those rounding left as they were.
  package let updated: Int
  package let swallowed: Int

  init(_ name: String, _ verdict: MergeVerdict, _ scan: MergeScan? = nil) {
    self.name = name
    self.verdict = verdict
    residual = scan?.residual
    spacings = scan?.worstSpacings
    updated = scan?.updated ?? 0
    swallowed = scan?.swallowed ?? 0
  }

  /// The verdict on a weight whose base may have been loaded in its own type or in that of what is checked: the first one
  /// without a fault, else the first.
  /// - Parameters:
  ///   - unit: The weight with its update.
  ///   - stored: What is checked.
  ///   - judge: The verdict if the base was loaded in a type.
  static func better(
    _ unit: MergeUnit, read stored: StoredMatrix,
    _ judge: (DataType) throws -> (MergeVerdict, MergeScan)
  ) rethrows -> CheckedWeight {
    var first: CheckedWeight?
    for type in MergeArithmetic.loadedTypes(base: unit.base, merged: stored) {
      let (verdict, scan) = try judge(type)
      let weight = CheckedWeight(unit.name, verdict, scan)
      if verdict.fault == nil { return weight }
      if first == nil { first = weight }
    }
    return first ?? CheckedWeight(unit.name, .inconclusive)
  }
}
