public import Checkpoints
import LinearAlgebra
public import Spectra
import Updates

/// Which of what is there is to be analysed.
public struct AnalysisSelection: Sendable {
  /// The base, where the runs do not say it or say it wrongly: a path or a name in the local cache.
  public var base: String?
  /// The α of adapters whose configuration has lost it.
  public var alpha: Double?
  /// The wanted modules by name.
  public var includesModule: @Sendable (String) -> Bool
  /// The wanted steps.
  public var includesStep: @Sendable (Run, Int) -> Bool

  public init(
    base: String? = nil, alpha: Double? = nil,
    includesModule: @escaping @Sendable (String) -> Bool = { _ in true },
    includesStep: @escaping @Sendable (Run, Int) -> Bool = { _, _ in true }
  ) {
    self.base = base
    self.alpha = alpha
    self.includesModule = includesModule
    self.includesStep = includesStep
  }
}

/// Everything that an analysis will do, found out from headers before any of it is done.
public struct AnalysisPlan: Sendable {
  /// A run and what is known of it before its weights are read.
  public struct PlannedRun: Sendable {
    public let run: Run
    public let method: String
    /// The base as it was found.
    public let basePath: String?
    public let findings: [String]
    /// The steps that will be analysed.
    public let steps: [Int]
  }

  public let runs: [PlannedRun]
  public let groups: [AnalysisGroup]
  /// Biases and gains that changed; small enough to be measured at once.
  public let vectors: [VectorChange]
  /// The names of all modules that there are, selected or not.
  private let available: [String]
  private let alpha: Double?

  /// Plans the analysis of runs.
  /// - Throws: What is wrong with a run, a checkpoint or a base, in one line each:
  ///   ``ExperimentError``, ``UpdateError``, `CheckpointError`, `AdapterError`.
  public init(of runs: [Run], selecting selection: AnalysisSelection) throws {
    var bases = BaseLocator(given: selection.base, among: runs)
    var planned = [PlannedRun]()
    var vectors = [VectorChange]()
    var available = Set<String>()
    var gathered = [GroupKey: (base: StoredMatrix?, shape: OrientedShape, units: [AnalysisUnit])]()
    for run in try runs.withUniqueNames() {
      let base = try bases.base(of: run)
      let checkpoints = run.checkpoints.filter { selection.includesStep(run, $0.step) }
      var findings = [Finding]()
      var method = run.method ?? "full"
      for checkpoint in checkpoints {
        let updates = try ExperimentError.naming(checkpoint.path) {
          try CheckpointUpdates(of: checkpoint, in: run, base: base, alpha: selection.alpha)
        }
        let stamp = checkpoint.stamp
        method = run.method ?? updates.method
        findings = updates.findings.following(findings)
        available.formUnion(updates.modules.map(\.module))
        for update in updates.modules where selection.includesModule(update.module) {
          let key = GroupKey(base: base?.path ?? run.path, module: update.module)
          let shape = OrientedShape(rows: update.rows, columns: update.columns)
          gathered[key, default: (update.base, shape, [])].units.append(
            AnalysisUnit(
              update, method: method, run: run, checkpoint: checkpoint, stamp: stamp))
        }
        for update in updates.vectors where selection.includesModule(update.name) {
          vectors.append(
            try VectorChange(update, method: method, run: run, checkpoint: checkpoint))
        }
      }
      planned.append(
        PlannedRun(
          run: run, method: method, basePath: base?.path,
          findings: run.notes + findings.map(\.description), steps: checkpoints.map(\.step)))
    }
    self.runs = planned
    self.vectors = vectors
    self.available = available.sorted()
    alpha = selection.alpha
    groups = gathered.sorted { ($0.key.base, $0.key.module) < ($1.key.base, $1.key.module) }
      .map { key, gathered in
        AnalysisGroup(
          module: key.module, basePath: gathered.base == nil ? nil : key.base,
          base: gathered.base, units: gathered.units, shape: gathered.shape)
      }
  }

  /// Throws if no module was selected, with some that could have been.
  public func requireModules(option: String, pattern: String) throws {
    if groups.isEmpty, vectors.isEmpty, !available.isEmpty {
      throw ExperimentError.nothingSelected(
        option: option, pattern: pattern, available: available)
    }
  }

  /// Throws if no step was selected, with some that could have been.
  public func requireSteps(option: String) throws {
    if runs.allSatisfy(\.steps.isEmpty) {
      let steps = Set(runs.flatMap { $0.run.checkpoints.map(\.step) }).sorted()
      throw ExperimentError.noSteps(option: option, available: steps)
    }
  }

  /// A text that changes with everything that the numbers of this plan depend on.
  public func fingerprint(options: AnalysisOptions, version: String) -> String {
    let settings = [
      version, "\(options.topCount)", "\(options.nullSamples)", "\(options.bins)",
      options.basis.rawValue, alpha.map { "alpha \($0)" } ?? "",
      options.metrics.sorted().joined(separator: ","),
    ]
    let sources = runs.map { planned in
      // Of the first checkpoint, because later ones may subtract what it recorded.
      let first = planned.run.checkpoints.first?.stamp ?? ""
      let base = planned.basePath.map { "\($0) \(FileStamp.of($0))" } ?? ""
      return "\(planned.run.path) \(FileStamp.of("\(planned.run.path)/run.json")) \(first) \(base)"
    }
    return ContentHash(of: settings + sources).hexadecimal
  }

  private struct GroupKey: Hashable {
    let base: String
    let module: String
  }
}

extension [Finding] {
  /// What stays of a run's findings when those of its next checkpoint, these, are known.
  ///
  /// Whether a base fits is judged nearest to the start, before training has moved the adapter away
  /// from it; all else by the last checkpoint, as earlier ones say the same with other numbers.
  fileprivate func following(_ earlier: [Finding]) -> [Finding] {
    let judged = earlier.filter(\.comparesWithBase)
    return judged + filter { judged.isEmpty || !$0.comparesWithBase }
  }
}

extension [Run] {
  /// The runs, whose names must tell them apart in a table.
  /// - Throws: ``ExperimentError/duplicateRun(name:paths:)``.
  fileprivate func withUniqueNames() throws -> [Run] {
    for group in Dictionary(grouping: self, by: \.name).values where group.count > 1 {
      throw ExperimentError.duplicateRun(name: group[0].name, paths: group.map(\.path))
    }
    return self
  }
}

extension AnalysisUnit {
  fileprivate init(
    _ update: ModuleUpdate, method: String, run: Run, checkpoint: Checkpoint, stamp: String
  ) {
    self.init(
      identity: ModuleIdentity(
        run: run.name, method: method, seed: run.seed, step: checkpoint.step,
        module: update.module, rows: update.rows, columns: update.columns),
      stamp: stamp, update: update)
  }
}

extension VectorChange {
  fileprivate init(
    _ update: VectorUpdate, method: String, run: Run, checkpoint: Checkpoint
  ) throws {
    let change = try update.change()
    let norm = change.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let base = try update.base?.values().reduce(0) { $0 + $1 * $1 }.squareRoot()
    self.init(
      identity: ModuleIdentity(
        run: run.name, method: method, seed: run.seed, step: checkpoint.step, module: update.name,
        rows: update.count, columns: 1),
      updateNorm: norm, relativeUpdateNorm: base.flatMap { $0 > 0 ? norm / $0 : nil })
  }
}
