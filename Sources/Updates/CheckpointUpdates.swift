import Adapters
public import Checkpoints

/// Everything that a checkpoint changed in its base, module by module, and findings about it.
///
/// ```swift
/// let run = try Discovery.runs(at: "outputs/lora")[0]
/// let base = try ModelFolder(path: "models/Qwen2.5-0.5B")
/// let updates = try CheckpointUpdates(of: run.checkpoints[0], in: run, base: base)
/// for finding in updates.findings where finding.severity == .warning { print(finding) }
/// for module in updates.modules {
///   let update = try module.matrix()
///   print(module.module, update.rows, update.columns, update.frobeniusNorm())
/// }
/// ```
///
/// The initializers read headers. For an adapter they also read its tensors, to check them, and a few base weights to
/// compare with; nothing of this is kept. Whole weights, and an adapter's tensors again, are read when an update is
/// asked for.
public struct CheckpointUpdates: Sendable {
  /// How the checkpoint was trained: the key of the method, or of its start if that has a name of its
  /// own; `full` for whole weights.
  public let method: String
  /// Sorted by the module's name.
  public let modules: [ModuleUpdate]
  /// Biases and gains, sorted by name.
  public let vectors: [VectorUpdate]
  /// What a user of the updates should know.
  public let findings: [Finding]

  init(
    method: String, modules: [ModuleUpdate], vectors: [VectorUpdate], findings: [Finding]
  ) {
    self.method = method
    self.modules = modules.sorted { $0.module < $1.module }
    self.vectors = vectors.sorted { $0.name < $1.name }
    self.findings = findings
  }

  /// Finds the updates of a checkpoint.
  /// - Parameters:
  ///   - checkpoint: An adapter, or a model with all its weights.
  ///   - run: The run it belongs to; the run's checkpoint of step 0 may show what an adapter started
  ///     from.
  ///   - base: The pretrained model. Without it, only updates of adapters that do not need it can be found.
  ///   - alpha: Replaces `lora_alpha` of the configuration.
  /// - Throws: `AdapterError`, `CheckpointError`, ``UpdateError``.
  public init(
    of checkpoint: Checkpoint, in run: Run? = nil, base: ModelFolder?, alpha: Double? = nil
  ) throws {
    switch checkpoint.contents {
    case .adapter:
      let initial: AdapterReader.InitialCheckpoint =
        switch run?.initialAdapter {
        case nil: .absent
        case checkpoint?: .itself
        case let first?: .folder(try AdapterFolder(path: first.path))
        }
      let folder = try AdapterFolder(path: checkpoint.path)
      self = try AdapterReader(folder: folder, initial: initial, base: base, alpha: alpha)
        .updates().noting([folder.weights, base?.weights])
    case .model:
      guard let base else { throw UpdateError.baseNeeded(checkpoint: checkpoint.path) }
      let model = try ModelFolder(path: checkpoint.path)
      self = try ModelReader(
        model: model, base: BaseWeights(base), hasSiblings: (run?.checkpoints.count ?? 1) > 1
      ).updates().noting([model.weights, base.weights])
    }
  }

  /// The updates of one adapter that belongs to no run.
  /// - Throws: `AdapterError`, `CheckpointError`, ``UpdateError``.
  public init(
    of folder: AdapterFolder, base: ModelFolder?, alpha: Double? = nil
  ) throws {
    self = try AdapterReader(folder: folder, initial: .absent, base: base, alpha: alpha)
      .updates().noting([folder.weights, base?.weights])
  }

  /// The same updates, and as findings how the tensors of these files were found.
  private func noting(_ weights: [TensorStore?]) -> CheckpointUpdates {
    let notes = weights.compactMap(\.self).flatMap { store in
      store.notes.map { Finding.weightsRead(path: store.path, note: $0) }
    }
    return CheckpointUpdates(
      method: method, modules: modules, vectors: vectors, findings: notes + findings)
  }
}

extension Run {
  /// The adapter before training, if the run contains it. A single checkpoint of unknown step also has
  /// step 0, but is not the start.
  fileprivate var initialAdapter: Checkpoint? {
    guard let first = checkpoints.first, first.step == 0, first.contents == .adapter,
      checkpoints.count > 1 || first.path.hasSuffix("checkpoint-0")
    else { return nil }
    return first
  }
}
