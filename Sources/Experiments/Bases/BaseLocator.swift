import Checkpoints
import Foundation

/// Finds the base of each run; each base is opened once.
struct BaseLocator {
  let given: String?
  private var opened = [String: ModelFolder]()
  /// The common base of all runs that name one; nil if they differ.
  private var shared: String?

  /// - Parameters:
  ///   - given: The base of all runs, even if they name another.
  ///   - runs: The runs that are looked at together. Full checkpoints of newer versions of transformers
  ///     name no base. Such a run gets the base of the other runs if those have a common one.
  init(given: String?, among runs: [Run] = []) {
    self.given = given
    let named = Set(
      runs.compactMap { run in run.baseName.flatMap { try? resolve($0, of: run) } }
        .map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().path })
    shared = named.count == 1 ? named.first : nil
  }

  /// The base of a run: the given one, the one it names, or the common one of the other runs; nil if there is none.
  mutating func base(of run: Run) throws -> ModelFolder? {
    let path: String
    if let given {
      path = try HubCache.resolve(given, relativeTo: nil)
    } else if let name = run.baseName {
      path = try resolve(name, of: run)
    } else if let shared {
      path = shared
    } else {
      return nil
    }
    if let model = opened[path] { return model }
    let model = try ModelFolder(path: path)
    opened[path] = model
    return model
  }

  /// The path of the base that a run names. A relative name is tried from the folder of the last checkpoint, then from
  /// the run's folder; each attempt also tries the working directory and the cache.
  private func resolve(_ name: String, of run: Run) throws -> String {
    for folder in run.checkpoints.map(\.path).suffix(1) + [run.path] {
      if let path = try? HubCache.resolve(name, relativeTo: folder) { return path }
    }
    do {
      return try HubCache.resolve(name, relativeTo: nil)
    } catch {
      throw ExperimentError.baseNotFound(run: run.name, name: name, reason: "\(error)")
    }
  }
}
