import Adapters
package import Checkpoints
package import Updates

/// A checkpoint that was given by a path: the last one of its run.
package struct MergeInput: Sendable {
  package let path: String
  let run: Run
  let checkpoint: Checkpoint

  /// Finds the checkpoint.
  /// - Throws: ``MergeError/severalRuns(path:names:)``; what discovery throws.
  package init(path: String) throws {
    let runs = try Discovery.runs(at: path)
    if runs.count > 1 { throw MergeError.severalRuns(path: path, names: runs.map(\.name)) }
    self.path = path
    run = runs[0]
    checkpoint = runs[0].checkpoints[runs[0].checkpoints.count - 1]
  }

  /// The folders and files that decide what it changes: the checkpoint, and the first one of its run, which may be the start
  /// of an adapter.
  package var sources: [String] { [checkpoint.path, run.checkpoints[0].path] }

  /// What it is called: as it was given, and of a run, which of its checkpoints is taken.
  package var title: String {
    let folder = path.hasSuffix("/") ? path : path + "/"
    guard checkpoint.path.hasPrefix(folder) else { return "'\(path)'" }
    return "\(checkpoint.path.dropFirst(folder.count)) of '\(path)'"
  }

  /// Whether it is an adapter; else it is a model.
  package var isAdapter: Bool { checkpoint.contents == .adapter }

  /// - Throws: ``MergeError/wrongKind(path:expected:found:)`` unless it is an adapter.
  func requireAdapter() throws(MergeError) {
    if !isAdapter {
      throw .wrongKind(path: path, expected: "an adapter", found: "a model with all its weights")
    }
  }

  /// - Throws: ``MergeError/wrongKind(path:expected:found:)`` unless it is a model.
  func requireModel() throws(MergeError) {
    if isAdapter {
      throw .wrongKind(path: path, expected: "a model with all its weights", found: "an adapter")
    }
  }

  /// The base that it names.
  /// - Throws: ``MergeError/baseUnknown(path:reason:)`` if it names none, or one that is not on this machine.
  package func namedBase() throws -> String {
    do {
      if let base = try run.locatedBase() { return base }
    } catch {
      throw MergeError.baseUnknown(path: path, reason: "\(error)")
    }
    throw MergeError.baseUnknown(path: path, reason: "it names none")
  }

  /// What it changes in a base. How well that fits is judged by the earliest checkpoint that is known.
  /// - Parameters:
  ///   - base: The model; nil for an adapter whose update does not depend on it.
  ///   - alpha: In place of that of the adapter's configuration.
  ///   - isAlone: Whether the run that the checkpoint belongs to is left aside, and with it what step 0 says.
  /// - Throws: ``MergeError/checkpoint(path:base:reason:)``; what reading throws.
  package func updates(
    of base: ModelFolder?, alpha: Double? = nil, isAlone: Bool = false
  ) throws -> CheckpointUpdates {
    do {
      return isAlone
        ? try CheckpointUpdates(of: checkpoint, base: base, alpha: alpha)
        : try CheckpointUpdates(ofLastOf: run, base: base, alpha: alpha)
    } catch let error as UpdateError {
      // Its own words name the checkpoint, which is the base.
      if case .ownBase = error { throw error }
      throw MergeError.checkpoint(path: path, base: base?.path, reason: "\(error)")
    } catch let error as AdapterError {
      throw MergeError.checkpoint(path: path, base: base?.path, reason: "\(error)")
    }
  }
}
