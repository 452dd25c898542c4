import Checkpoints
import Documents

/// The base of a run in a plan.
struct PlannedBase {
  /// Nil if there is none.
  var found: FoundBase?
  /// Changes when the files of the base do; empty if there is none.
  var stamp = ""
  /// What a user should know of how it was found.
  var notes: [String] = []
  /// What speaks against it; nil if nothing does.
  var doubt: BaseDoubt?

  static let none = PlannedBase()

  /// What warns of it.
  var warnings: [String] { notes + [doubt?.warning].compactMap(\.self) }
  /// What is merely said of it.
  var remarks: [String] { doubt.flatMap { $0.isWarning ? nil : [$0.note] } ?? [] }
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
          + " give it \(BaseAdvice.words)")
    }
    guard let found = base.found else { return base }
    if found.origin == .borrowed {
      base.notes.append(
        "the run names no base; '\(found.model.path)', which the other runs name, is taken")
    }
    base.stamp = stamps[found.model.path] ?? FileStamp.of(found.model.path)
    stamps[found.model.path] = base.stamp
    base.doubt = try run.doubt(about: found.model, &hashes)
    return base
  }
}

extension Run {
  /// Whether the base is of use, but not always needed. A method that needs it says so itself.
  fileprivate var holdsAdaptersOnly: Bool { checkpoints.allSatisfy { $0.contents == .adapter } }
}
