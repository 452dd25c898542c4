import Adapters
package import Checkpoints
import Documents
package import Updates

/// The updates that a LoRA is made from, and where they were found.
package struct ReductionSource: Sendable {
  package let updates: CheckpointUpdates
  package let base: ModelFolder?
  /// What the base is called in the files that are written.
  package let baseName: String?
  package let checkpoint: Checkpoint
  /// Notes about the run.
  package let notes: [String]
  /// Why the base cannot be the one that was trained on; nil if nothing says so.
  private let contradiction: String?
  /// A text that changes with the files that the updates depend on.
  package let stamp: String
  /// The tensors of an adapter; nil for whole weights.
  let adapter: AdapterFolder?
  /// The tuned model; nil for an adapter.
  let model: ModelFolder?

  /// The change from a base to a checkpoint with all weights.
  /// - Parameter base: A folder, a file, or a name in the local cache.
  /// - Throws: ``ReductionError/notAModel(path:)``, ``ReductionError/severalRuns(path:names:)``; what reading throws.
  package static func difference(base name: String, tuned path: String) throws -> ReductionSource {
    let run = try onlyRun(at: path)
    let checkpoint = run.checkpoints[run.checkpoints.count - 1]
    guard checkpoint.contents == .model else { throw ReductionError.notAModel(path: path) }
    let base = FoundBase(
      model: try ModelFolder(path: HubCache.resolve(name, relativeTo: nil)), origin: .given)
    return try ReductionSource(
      run, checkpoint, base: base, doubt: doubt(of: run, about: base),
      baseName: HubCache.name(name, relativeTo: nil), alpha: nil)
  }

  /// The update of an adapter.
  /// - Parameters:
  ///   - choice: Its base; one that it names and that is not here is left out, because many adapters need none.
  ///   - alpha: Replaces `lora_alpha` of the configuration.
  /// - Throws: ``ReductionError/notAnAdapter(path:)``, ``ReductionError/severalRuns(path:names:)``; what reading throws.
  package static func adapter(
    at path: String, base choice: BaseChoice, alpha: Double?
  ) throws -> ReductionSource {
    let run = try onlyRun(at: path)
    let checkpoint = run.checkpoints[run.checkpoints.count - 1]
    guard checkpoint.contents == .adapter else { throw ReductionError.notAnAdapter(path: path) }
    var bases = BaseLocator(choice)
    let found: FoundBase?
    do {
      found = try bases.base(of: run)
    } catch is ExperimentError where choice == .named {
      found = nil
    }
    let doubt = try doubt(of: run, about: found)
    var name = run.baseName.map { HubCache.name($0, relativeTo: checkpoint.path) }
    if case .given(let given) = choice {
      // What is written may belong to the given base alone: a start that was taken out of it, for one.
      if name == nil || doubt?.isWarning == true { name = HubCache.name(given, relativeTo: nil) }
    }
    return try ReductionSource(
      run, checkpoint, base: found, doubt: doubt, baseName: name, alpha: alpha)
  }

  /// - Throws: ``UpdateError/otherBase(checkpoint:reason:)`` if the base cannot be the one that was trained on.
  package func requireOwnBase() throws(UpdateError) {
    if let contradiction { throw .otherBase(checkpoint: checkpoint.path, reason: contradiction) }
  }

  private static func doubt(of run: Run, about base: FoundBase?) throws -> BaseDoubt? {
    var hashes = ContentHashes()
    return try base.flatMap { try run.doubt(about: $0.model, &hashes) }
  }

  private static func onlyRun(at path: String) throws -> Run {
    let runs = try Discovery.runs(at: path)
    if runs.count > 1 { throw ReductionError.severalRuns(path: path, names: runs.map(\.name)) }
    return runs[0]
  }

  private init(
    _ run: Run, _ checkpoint: Checkpoint, base found: FoundBase?, doubt: BaseDoubt?,
    baseName: String?, alpha: Double?
  ) throws {
    let base = found?.model
    self.checkpoint = checkpoint
    self.base = base
    self.baseName = baseName
    notes = run.notes + [doubt?.warning].compactMap(\.self)
    stamp = FileStamp.all(
      of: [checkpoint.path, run.checkpoints[0].path] + [base?.path].compactMap(\.self))
    updates = try ExperimentError.naming(checkpoint.path, base: found) {
      try CheckpointUpdates(ofLastOf: run, base: base, alpha: alpha)
    }
    contradiction = run.contradiction(doubt, updates.findings)
    switch checkpoint.contents {
    case .adapter:
      adapter = try AdapterFolder(path: checkpoint.path)
      model = nil
    case .model:
      adapter = nil
      model = try ModelFolder(path: checkpoint.path)
    }
  }

  /// PEFT's name of what the model does: as the adapter says it, else by the class of the model.
  var taskType: String? {
    if let type = adapter?.configuration["task_type"]?.string { return type }
    let kinds = [
      "ForCausalLM": "CAUSAL_LM", "LMHeadModel": "CAUSAL_LM",
      "ForSequenceClassification": "SEQ_CLS", "ForTokenClassification": "TOKEN_CLS",
      "ForQuestionAnswering": "QUESTION_ANS",
    ]
    guard let architecture else { return nil }
    return kinds.first { architecture.hasSuffix($0.key) }?.value
  }

  /// The fields of an adapter's configuration that a copy of it needs too.
  var meaningfulFields: [JSONValue.Member] {
    LowRankAdapter.meaningfulFields.compactMap { key in
      guard let value = adapter?.configuration[key], !value.isNull else { return nil }
      return JSONValue.Member(key: key, value: value)
    }
  }

  /// The class of the model, such as `Qwen2ForCausalLM`.
  var architecture: String? {
    (model ?? base)?.configuration["architectures"]?.array?.first?.string
  }
}
