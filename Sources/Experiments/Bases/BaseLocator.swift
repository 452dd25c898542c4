package import Checkpoints
import Foundation

/// Which base runs are compared with.
package enum BaseChoice: Sendable, Equatable {
  /// This one, whatever the runs name: a path, or a name in the local cache.
  case given(String)
  /// The one that each run names, else the one that the other runs agree on.
  case named
  /// None: only what the updates themselves show.
  case none
}

/// The base of a run and how it was found.
package struct FoundBase: Sendable {
  package enum Origin: String, Sendable {
    case given = "given with --base"
    case named = "named by the run"
    case borrowed = "not named by the run; the other runs name it"
  }

  package let model: ModelFolder
  package let origin: Origin
}

/// Finds the base of each run; each base is opened once.
struct BaseLocator {
  let choice: BaseChoice
  private var opened = [String: ModelFolder]()
  /// The bases that runs name, by the folder that the runs lie in.
  private var named: [String: Set<String>] = [:]

  /// - Parameters:
  ///   - choice: Which base is wanted.
  ///   - runs: The runs that are looked at together. Full checkpoints of newer versions of transformers
  ///     name no base. Such a run gets the base of the runs beside it, or of all runs, if those have a common one.
  init(_ choice: BaseChoice, among runs: [Run] = []) {
    self.choice = choice
    guard choice == .named else { return }
    for run in runs {
      guard let path = try? run.locatedBase() else { continue }
      named[Self.parent(of: run), default: []].insert(
        URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
    }
  }

  private static func parent(of run: Run) -> String {
    URL(fileURLWithPath: run.path).resolvingSymlinksInPath().deletingLastPathComponent().path
  }

  /// The common base of the runs beside a run, else of all; nil if those differ.
  private func borrowed(for run: Run) -> String? {
    let all = named.values.reduce(into: Set<String>()) { $0.formUnion($1) }
    for bases in [named[Self.parent(of: run)] ?? [], all] where bases.count == 1 {
      return bases.first
    }
    return nil
  }

  /// The base of a run; nil if there is none.
  /// - Throws: ``ExperimentError/baseNotFound(run:name:reason:)`` if the run names one that is not here; what opening it
  ///   throws.
  mutating func base(of run: Run) throws -> FoundBase? {
    switch choice {
    case .none: return nil
    case .given(let name):
      return FoundBase(
        model: try open(HubCache.resolve(name, relativeTo: nil)), origin: .given)
    case .named:
      if let name = run.baseName {
        return FoundBase(model: try open(path(of: name, namedBy: run)), origin: .named)
      }
      return try borrowed(for: run).map { FoundBase(model: try open($0), origin: .borrowed) }
    }
  }

  private mutating func open(_ path: String) throws -> ModelFolder {
    if let model = opened[path] { return model }
    let model = try ModelFolder(path: path)
    opened[path] = model
    return model
  }

  /// The path of the base that a run names.
  private func path(of name: String, namedBy run: Run) throws -> String {
    do {
      return try run.locatedBase() ?? name
    } catch {
      throw ExperimentError.baseNotFound(run: run.name, name: name, reason: "\(error)")
    }
  }
}
