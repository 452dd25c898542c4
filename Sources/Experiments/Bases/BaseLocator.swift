import Checkpoints
import Foundation

/// Opens each base once.
struct BaseLocator {
  let given: String?
  private var opened = [String: ModelFolder]()
  /// The base that all runs name which name one; nil if they differ.
  private var shared: String?

  /// - Parameters:
  ///   - given: The base of all runs, whatever they name.
  ///   - runs: What is looked at together: one that names no base, as full checkpoints of newer
  ///     transformers do, is taken to have the one that the others agree on.
  init(given: String?, among runs: [Run] = []) {
    self.given = given
    let named = Set(
      runs.compactMap { run in run.baseName.flatMap { try? resolve($0, of: run) } }
        .map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().path })
    shared = named.count == 1 ? named.first : nil
  }

  /// The base of a run: the given one, the one it names, or that of the runs beside it.
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

  /// A relative name is tried from the checkpoint's folder and from the run's, then in the cache.
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
