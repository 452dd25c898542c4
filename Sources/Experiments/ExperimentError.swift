import Adapters
import Checkpoints
import Documents
import Foundation
package import Updates

/// Why runs cannot be analysed.
package enum ExperimentError: BadInput, Equatable {
  /// The updates of a checkpoint cannot be determined; `reason` says why.
  case checkpoint(path: String, reason: String)
  /// A checkpoint names itself as its base.
  case namesItself(path: String)
  /// A checkpoint with whole weights has no base; models that lie near may be it.
  case baseNeeded(UpdateError, near: [String])
  /// The base that a run names is not on this machine.
  case baseNotFound(run: String, name: String, reason: String)
  /// The selection matches no module.
  case nothingSelected(option: String, pattern: String, available: [String])
  /// The selection matches no checkpoint.
  case noSteps(option: String, available: [Int])
  /// Several runs have the same name and cannot be told apart in a table.
  case duplicateRun(name: String, paths: [String])
  /// A matrix needs more bytes than the address space has left.
  case addressSpace(module: String, needed: Int, room: Int)
  /// A matrix, with what the plan holds, needs more bytes than `--memory` allows.
  case memory(module: String, needed: Int, limit: Int)
  /// A process that shares the work gave a result of another work.
  case foreignResult
}

extension ExperimentError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .checkpoint(let path, let reason): "'\(path)': \(reason)"
    case .namesItself(let path):
      "'\(path)' names itself as its base: leave it out if it is the base of others; else give the model that training"
        + " started from \(BaseAdvice.words)"
    case .baseNeeded(let error, let near):
      "\(error)"
        + (near.isEmpty
          ? ""
          : "; near it \(near.count == 1 ? "lies" : "lie") \(near.map { "'\($0)'" }.joined(separator: ", ")), "
            + "which \(near.count == 1 ? "has" : "have") its shapes")
    case .baseNotFound(let run, let name, let reason):
      "run '\(run)' says its base is '\(name)', which is not here (\(reason)); give it \(BaseAdvice.words)"
    case .nothingSelected(let option, let pattern, let available):
      "\(option) '\(pattern)' matches nothing; there is "
        + available.prefix(6).map { "'\($0)'" }.joined(separator: ", ")
        + (available.count > 6 ? " and \(available.count - 6) more" : "")
    case .noSteps(let option, let available):
      "\(option) selects no checkpoint; there is "
        + available.prefix(12).map(String.init).joined(separator: ", ")
        + (available.count > 12 ? " and \(available.count - 12) more" : "")
    case .duplicateRun(_, let paths) where Self.areOne(paths):
      "the run '\(paths[0])' is given \(paths.count == 2 ? "twice" : "\(paths.count) times"): give it once"
    case .duplicateRun(let name, let paths):
      "the runs \(paths.map { "'\($0)'" }.joined(separator: " and ")) are both named '\(name)'"
        + (Self.differInForm(paths) ? ", in two Unicode forms of the same letters" : "")
        + "; rename one of the folders"
    case .addressSpace(let module, let needed, let room):
      "'\(module)' needs up to \(needed >> 20) MB, and the limit of the address space (ulimit -v) leaves "
        + "\(room >> 20) MB for matrices: raise the limit"
    case .memory(let module, let needed, let limit):
      "'\(module)' needs up to \(needed >> 20) MB, with the plan of the analysis, and --memory allows "
        + "\(limit >> 20) MB: give --memory \((needed >> 20) + 8)M"
    case .foreignResult:
      "a process of this work has other files or options, or another version of this program: start all of them alike"
    }
  }

  /// Whether all paths lead to one folder.
  private static func areOne(_ paths: [String]) -> Bool {
    Set(paths.map { Array(URL(fileURLWithPath: $0).resolvingSymlinksInPath().path.utf8) }).count
      == 1
  }

  /// Whether the last parts of the paths are the same text in different bytes.
  private static func differInForm(_ paths: [String]) -> Bool {
    let names = paths.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
    return Set(names).count == 1 && Set(names.map { Array($0.utf8) }).count > 1
  }
}

extension ExperimentError {
  /// Does work on a checkpoint and adds its path and that of its base to errors that name only a module. Either may be
  /// the wrong one.
  static func naming<Result>(
    _ path: String, base: FoundBase?, _ work: () throws -> Result
  ) throws -> Result {
    do {
      return try naming(path, base: base?.model.path, work)
    } catch UpdateError.ownBase where base?.origin == .named {
      throw Self.namesItself(path: path)
    }
  }

  /// The same for a base of which only the path is known.
  static func naming<Result>(
    _ path: String, base: String?, _ work: () throws -> Result
  ) throws -> Result {
    let suffix = base.map { " (the base is '\($0)')" } ?? ""
    do {
      return try work()
    } catch let error as UpdateError {
      if case .baseNeeded = error {
        let near = NearbyModels.fitting(path)
        throw Self.baseNeeded(error, near: near)
      }
      // Its own words name the checkpoint, which is the base.
      if case .ownBase = error { throw error }
      throw Self.checkpoint(path: path, reason: "\(error)\(suffix)")
    } catch let error as AdapterError {
      throw Self.checkpoint(path: path, reason: "\(error)\(suffix)")
    }
  }
}
