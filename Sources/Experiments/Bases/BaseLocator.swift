import Checkpoints

/// Opens each base once.
struct BaseLocator {
  let given: String?
  private var opened = [String: ModelFolder]()

  init(given: String?) { self.given = given }

  /// The base of a run: the given one, or the one it names.
  mutating func base(of run: Run) throws -> ModelFolder? {
    let path: String
    if let given {
      path = try HubCache.resolve(given, relativeTo: nil)
    } else if let name = run.baseName {
      path = try resolve(name, of: run)
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
