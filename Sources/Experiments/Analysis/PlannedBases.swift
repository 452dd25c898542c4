import Checkpoints

/// The base of a run in a plan.
struct PlannedBase {
  /// Nil if there is none.
  var found: FoundBase?
  /// Changes when the files of the base do; empty if there is none.
  var stamp = ""
  /// What a user should know of how it was found.
  var notes: [String] = []
  /// That it is not the base which the run was trained on; nil if nothing says so.
  var fault: String?

  static let none = PlannedBase()
}

/// Finds the base of each run of a plan; the files of each are looked at once.
struct PlannedBases {
  private var bases: BaseLocator
  private var stamps: [String: String] = [:]
  private var hashes = ContentHashes()

  init(_ choice: BaseChoice, among runs: [Run]) { bases = BaseLocator(choice, among: runs) }

  /// - Throws: As ``BaseLocator/base(of:)``, unless the run holds only adapters, which may do without.
  mutating func base(of run: Run) throws -> PlannedBase {
    var base = PlannedBase()
    do {
      base.found = try bases.base(of: run)
    } catch ExperimentError.baseNotFound(_, let name, _) where run.holdsAdaptersOnly {
      base.notes.append(
        "its base '\(name)' is not on this machine: only the updates' own numbers are computed;"
          + " --base gives another place")
    }
    guard let found = base.found else { return base }
    if found.origin == .borrowed {
      base.notes.append(
        "the run names no base; '\(found.model.path)', which the other runs name, is taken")
    }
    base.stamp = stamps[found.model.path] ?? FileStamp.of(found.model.path)
    stamps[found.model.path] = base.stamp
    base.fault = try run.fault(ofBase: found.model) { try hashes.hash(of: found.model) }
    return base
  }
}

extension Run {
  /// Whether the base is of use, but not always needed. A method that needs it says so itself.
  fileprivate var holdsAdaptersOnly: Bool { checkpoints.allSatisfy { $0.contents == .adapter } }
}
