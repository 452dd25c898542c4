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

  /// What was found on the way to the checkpoint, such as a later one that cannot be read, and that a base is not the one
  /// which it was trained on.
  fileprivate func notes(
    on base: ModelFolder?, _ hashes: inout ContentHashes
  ) throws -> [String] {
    let fault = try base.flatMap { base in
      try run.fault(ofBase: base) { try hashes.hash(of: base) }
    }
    return (run.notes + [fault].compactMap(\.self)).map { "'\(path)': \($0)" }
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
    guard let name = run.baseName else {
      throw MergeError.baseUnknown(path: path, reason: "it names none")
    }
    do {
      return try HubCache.resolve(name, relativeTo: checkpoint.path)
    } catch {
      throw MergeError.baseUnknown(path: path, reason: "\(error)")
    }
  }

  /// What it changes in a base.
  /// - Parameters:
  ///   - base: The model; nil for an adapter whose update does not depend on it.
  ///   - alpha: In place of that of the adapter's configuration.
  ///   - isAlone: Whether the run that the checkpoint belongs to is left aside, and with it what step 0 says.
  /// - Throws: ``MergeError/checkpoint(path:base:reason:)``; what reading throws.
  package func updates(
    of base: ModelFolder?, alpha: Double? = nil, isAlone: Bool = false
  ) throws -> CheckpointUpdates {
    do {
      return try CheckpointUpdates(
        of: checkpoint, in: isAlone ? nil : run, base: base, alpha: alpha)
    } catch let error as UpdateError {
      throw MergeError.checkpoint(path: path, base: base?.path, reason: "\(error)")
    } catch let error as AdapterError {
      throw MergeError.checkpoint(path: path, base: base?.path, reason: "\(error)")
    }
  }
}

extension [MergeInput] {
  /// What was found on the way to them, each with its path.
  /// - Parameter base: What all are applied to, to say if it is not the one that they were trained on; nil for none.
  /// - Throws: What reading the base throws.
  func notes(on base: ModelFolder?) throws -> [String] {
    var hashes = ContentHashes()
    return try flatMap { try $0.notes(on: base, &hashes) }
  }
}
