import Adapters
package import Checkpoints
package import Diagnosis
import Updates

/// What is known about the last checkpoint of a run from headers and an adapter's tensors, without a full analysis.
package struct Inspection: Codable, Sendable {
  /// A tensor as its header describes it.
  package struct TensorLine: Codable, Sendable {
    package let name: String
    package let dataType: String
    package let shape: [Int]
    package let bytes: Int
  }

  /// The settings of one adapted module, resolved from the patterns of the configuration.
  package struct ModuleLine: Codable, Sendable {
    package let module: String
    package let method: String
    package let rank: Int?
    package let alpha: Double?
    package let scale: Double?
    package let rows: Int
    package let columns: Int
  }

  /// What became of the base.
  package enum BaseState: String, Codable, Sendable {
    case given
    case found
    case notFound = "not found"
    /// None was wanted.
    case notLookedFor = "not looked for"
    case notNamed = "not named"
  }

  package let name: String
  package let path: String
  /// `adapter` or `model`.
  package let contents: String
  /// The method of an adapter: `lora`, `pissa`, …; `full` for whole weights.
  package let method: String
  /// The base as the files name it, and where it was found.
  package let baseName: String?
  package let basePath: String?
  package let baseState: BaseState
  package let seed: Int?
  /// How it was trained, as far as its files and its log say.
  package let settings: RunSettings
  /// What the rules of health say of its log; nil if nothing was logged.
  package let verdict: Verdict?
  /// The steps of all checkpoints; modules, tensors and findings are those of the last one, but how well the base fits is
  /// seen from the first.
  package let steps: [Int]
  /// How many rows the trainer logged, and the last finite reward.
  package let loggedRows: Int
  package let lastReward: Double?
  package let modules: [ModuleLine]
  package let tensors: [TensorLine]
  /// What a user of the checkpoint should know, one line each.
  package let findings: [String]
  /// The findings that are warnings, after the notes of the run.
  package let warnings: [String]

  /// Inspects the last checkpoint of a run.
  /// - Parameters:
  ///   - run: The run.
  ///   - given: The base, if it is not the one that the run names.
  ///   - alpha: Replaces `lora_alpha` of an adapter whose configuration has lost it.
  /// - Throws: What is wrong with the checkpoint or the base. If the base that the run names is not on this
  ///   machine, that is a finding instead.
  package init(of run: Run, base choice: BaseChoice, alpha: Double?) throws {
    let checkpoint = run.checkpoints[run.checkpoints.count - 1]
    var notes = run.notes
    var bases = BaseLocator(choice)
    let found: FoundBase?
    do {
      found = try bases.base(of: run)
    } catch let error as ExperimentError {
      found = nil
      notes.append("\(error)")
    }
    let model = found?.model
    let store: TensorStore
    switch checkpoint.contents {
    case .adapter: store = try AdapterFolder(path: checkpoint.path).weights
    case .model: store = try ModelFolder(path: checkpoint.path).weights
    }
    name = run.name
    path = run.path
    contents = checkpoint.contents.rawValue
    baseName = run.baseName
    basePath = model?.path
    baseState = BaseState(choice, name: run.baseName, isFound: model != nil)
    // One that the run names is taken at its word: this reads no base whole.
    var hashes = ContentHashes()
    let doubt = baseState == .given ? try model.flatMap { try run.doubt(about: $0, &hashes) } : nil
    notes += [doubt?.note].compactMap(\.self)
    let faults = run.notes + [doubt?.warning].compactMap(\.self)
    seed = run.seed
    let log = TrainingLog(run.history)
    steps = run.checkpoints.map(\.step)
    loggedRows = run.history.count
    lastReward = run.history.compactMap(\.reward).last(where: \.isFinite)
    tensors = store.tensors.map {
      TensorLine(
        name: $0.name, dataType: $0.dataType.rawValue, shape: $0.shape, bytes: $0.byteCount)
    }
    if checkpoint.contents == .model, model == nil {
      method = run.method ?? "full"
      modules = []
      findings = notes
      warnings = faults
      settings = RunSettings(of: run, nil, log: log)
      verdict = Self.verdict(on: run, log, settings)
      return
    }
    let updates = try ExperimentError.naming(checkpoint.path, base: found) {
      try CheckpointUpdates(ofLastOf: run, base: model, alpha: alpha)
    }
    method = run.method ?? updates.method
    settings = RunSettings(
      of: run, try CheckpointSettings(of: checkpoint, updates: updates), log: log)
    verdict = Self.verdict(on: run, log, settings)
    modules = updates.modules.map { update in
      ModuleLine(
        module: update.module, method: update.resolved?.method ?? "full",
        rank: update.resolved?.rank, alpha: update.resolved?.alpha,
        scale: update.resolved?.scale, rows: update.rows, columns: update.columns)
    }
    findings = notes + updates.findings.lines
    warnings = faults + updates.findings.warningLines
  }

  private static func verdict(on run: Run, _ log: TrainingLog, _ settings: RunSettings) -> Verdict?
  {
    run.history.isEmpty
      ? nil
      : Verdict(
        of: ExaminedRun(settings: settings, log: log, checkpoints: run.savedSteps),
        topCount: 0)
  }
}

extension Inspection.BaseState {
  fileprivate init(_ choice: BaseChoice, name: String?, isFound: Bool) {
    self =
      switch choice {
      case .given: .given
      case _ where isFound: .found
      case _ where name == nil: .notNamed
      case .none: .notLookedFor
      case .named: .notFound
      }
  }
}
