package import Checkpoints
package import Diagnosis
import LinearAlgebra
package import Spectra
import Updates

/// Which modules and steps are analysed, and against which base.
package struct AnalysisSelection: Sendable {
  package var base: BaseChoice
  /// Replaces `lora_alpha` of adapters whose configuration has lost it.
  package var alpha: Double?
  /// Whether a module is analysed, by its name.
  package var includesModule: @Sendable (String) -> Bool
  /// Whether a step of a run is analysed.
  package var includesStep: @Sendable (Run, Int) -> Bool

  package init(
    base: BaseChoice = .named, alpha: Double? = nil,
    includesModule: @escaping @Sendable (String) -> Bool = { _ in true },
    includesStep: @escaping @Sendable (Run, Int) -> Bool = { _, _ in true }
  ) {
    self.base = base
    self.alpha = alpha
    self.includesModule = includesModule
    self.includesStep = includesStep
  }
}

/// Everything that an analysis will do, planned before the updates of matrices are computed.
package struct AnalysisPlan: Sendable {
  /// A run and what is known about it before its updates are computed.
  package struct PlannedRun: Sendable {
    package let run: Run
    package let method: String
    /// The base; nil if there is none.
    package let base: FoundBase?
    /// Changes when the files of the base do; empty if there is none.
    let baseStamp: String
    package let findings: [String]
    /// The findings that are warnings.
    package let warnings: [String]
    /// What the last of the checkpoints says of the training; nil if none is analysed.
    package let settings: CheckpointSettings?
    /// The steps that will be analysed.
    package let steps: [Int]
    /// By step: tensors of a checkpoint that its reader found not to be finite.
    package let nonFiniteTensors: [Int: [String]]
  }

  package let runs: [PlannedRun]
  package let groups: [AnalysisGroup]
  /// Biases and gains that changed. They are small, so they are measured while planning.
  package let vectors: [VectorChange]
  /// The names of all modules, selected or not.
  private let available: [String]
  private let alpha: Double?

  /// Plans the analysis of runs.
  /// - Throws: What is wrong with a run, a checkpoint or a base:
  ///   ``ExperimentError``, ``UpdateError``, `CheckpointError`, `AdapterError`.
  package init(of runs: [Run], selecting selection: AnalysisSelection) throws {
    var bases = BaseLocator(selection.base, among: runs)
    var planned = [PlannedRun]()
    var vectors = [VectorChange]()
    var available = Set<String>()
    var gathered = [
      GroupKey: (base: StoredMatrix?, stamp: String, shape: OrientedShape, units: [AnalysisUnit])
    ]()
    var baseStamps = [String: String]()
    for run in try runs.withUniqueNames() {
      var notes = run.notes
      let found: FoundBase?
      do {
        found = try bases.base(of: run)
      } catch ExperimentError.baseNotFound(_, let name, _) where run.holdsAdaptersOnly {
        found = nil
        notes.append(
          "its base '\(name)' is not on this machine: only the updates' own numbers are computed;"
            + " --base gives another place")
      }
      if found?.origin == .borrowed, let path = found?.model.path {
        notes.append("the run names no base; '\(path)', which the other runs name, is taken")
      }
      let base = found?.model
      let baseStamp = base.map { baseStamps[$0.path] ?? FileStamp.of($0.path) } ?? ""
      if let base { baseStamps[base.path] = baseStamp }
      let heads = base.flatMap { HeadLayout($0.configuration) }
      let checkpoints = run.checkpoints.filter { selection.includesStep(run, $0.step) }
      var findings = [Finding]()
      var nonFiniteTensors = [Int: [String]]()
      var method = run.method ?? "full"
      var settings: CheckpointSettings?
      for checkpoint in checkpoints {
        let updates = try ExperimentError.naming(checkpoint.path, base: base?.path) {
          try CheckpointUpdates(of: checkpoint, in: run, base: base, alpha: selection.alpha)
        }
        let stamp = checkpoint.stamp
        method = run.method ?? updates.method
        findings = updates.findings.following(findings)
        nonFiniteTensors[checkpoint.step] = updates.nonFiniteTensors
        if checkpoint == checkpoints.last {
          settings = try CheckpointSettings(of: checkpoint, updates: updates)
        }
        available.formUnion(updates.modules.map(\.module))
        for update in updates.modules where selection.includesModule(update.module) {
          let key = GroupKey(base: base?.path ?? run.path, module: update.module)
          let shape = OrientedShape(rows: update.rows, columns: update.columns)
          gathered[key, default: (update.base, baseStamp, shape, [])].units.append(
            AnalysisUnit(
              update, method: method, run: run, checkpoint: checkpoint, stamp: stamp, heads: heads))
        }
        for update in updates.vectors where selection.includesModule(update.name) {
          let change = try ExperimentError.naming(checkpoint.path, base: base?.path) {
            try VectorChange(update, method: method, run: run, checkpoint: checkpoint)
          }
          vectors.append(change)
        }
      }
      planned.append(
        PlannedRun(
          run: run, method: method, base: found, baseStamp: baseStamp,
          findings: notes + findings.map(\.description),
          warnings: notes + findings.filter { $0.severity == .warning }.map(\.description),
          settings: settings, steps: checkpoints.map(\.step), nonFiniteTensors: nonFiniteTensors))
    }
    self.runs = planned
    self.vectors = vectors
    self.available = available.sorted()
    alpha = selection.alpha
    groups = gathered.sorted { ($0.key.base, $0.key.module) < ($1.key.base, $1.key.module) }
      .map { key, gathered in
        AnalysisGroup(
          module: key.module, basePath: gathered.base == nil ? nil : key.base,
          base: gathered.base, baseStamp: gathered.stamp, units: gathered.units,
          shape: gathered.shape)
      }
  }

  /// Throws if no module is selected; the error names some modules that exist.
  package func requireModules(option: String, pattern: String) throws {
    if groups.isEmpty, vectors.isEmpty, !available.isEmpty {
      throw ExperimentError.nothingSelected(
        option: option, pattern: pattern, available: available)
    }
  }

  /// Throws if no step is selected; the error names some steps that exist.
  package func requireSteps(option: String) throws {
    if runs.allSatisfy(\.steps.isEmpty) {
      let steps = Set(runs.flatMap { $0.run.checkpoints.map(\.step) }).sorted()
      throw ExperimentError.noSteps(option: option, available: steps)
    }
  }

  /// A text that changes whenever anything changes that the numbers of this plan depend on, except the files of later
  /// checkpoints, which ``AnalysisUnit/stamp`` covers, and the BLAS kernel, between which the last digits differ: a
  /// journal names it. It depends on no path or date.
  /// - Parameters:
  ///   - options: What is computed.
  ///   - version: The program's.
  ///   - threads: How many threads share the work on a huge matrix.
  package func fingerprint(
    options: AnalysisOptions, version: String, threads: Int = HugeMatrix.threads
  ) -> String {
    let settings = [
      version, "\(options.topCount)", "\(options.nullSamples)",
      "\(options.bins)",
      options.basis.rawValue, alpha.map { "alpha \($0)" } ?? "",
      options.metrics.sorted().joined(separator: ","),
      // A journal holds metrics by their places.
      MetricRegistry.names.joined(separator: ","),
      groups.contains { HugeMatrix.includes($0.shape) } ? "threads \(threads)" : "",
    ]
    let sources = runs.map { planned in
      // The first checkpoint is included, because later ones may subtract its factors.
      let first = planned.run.checkpoints.first?.stamp ?? ""
      return
        "\(planned.run.name) \(FileStamp.of("\(planned.run.path)/run.json")) \(first) \(planned.baseStamp)"
    }
    return ContentHash(of: settings + sources).hexadecimal
  }

  private struct GroupKey: Hashable {
    let base: String
    let module: String
  }
}

extension Run {
  /// Whether the base is of use, but not always needed. A method that needs it says so itself.
  fileprivate var holdsAdaptersOnly: Bool { checkpoints.allSatisfy { $0.contents == .adapter } }
}

extension [Finding] {
  /// Merges these findings, of a run's next checkpoint, with those of earlier checkpoints.
  ///
  /// Findings about how well the base fits are kept from the first checkpoint that has them, because
  /// training moves the adapter away from its start. That a tensor is not finite is kept too: a later checkpoint may
  /// be whole. All others are taken from the last checkpoint, because earlier ones say the same with other numbers.
  fileprivate func following(_ earlier: [Finding]) -> [Finding] {
    let judged = earlier.filter(\.comparesWithBase)
    let broken = Set(compactMap(\.nonFiniteTensor))
    let mended = earlier.filter { $0.nonFiniteTensor.map { !broken.contains($0) } ?? false }
    return judged + mended + filter { judged.isEmpty || !$0.comparesWithBase }
  }
}

extension [Run] {
  /// The runs, after a check that their names are unique, because a table identifies them by name.
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
    _ update: ModuleUpdate, method: String, run: Run, checkpoint: Checkpoint, stamp: String,
    heads: HeadLayout?
  ) {
    self.init(
      identity: ModuleIdentity(
        run: run.name, method: method, seed: run.seed, step: checkpoint.step,
        module: update.module, rows: update.rows, columns: update.columns),
      stamp: stamp, path: checkpoint.path, update: update,
      heads: heads?.blocks(
        of: update.module, layout: update.layout,
        shape: OrientedShape(rows: update.rows, columns: update.columns)))
  }
}

extension VectorChange {
  fileprivate init(
    _ update: VectorUpdate, method: String, run: Run, checkpoint: Checkpoint
  ) throws {
    let change = try update.change()
    let norm = EuclideanNorm.of(change)
    let base = try update.base.map { EuclideanNorm.of(try $0.values()) }
    let relative = base.flatMap { $0 > 0 ? norm / $0 : nil }
    self.init(
      identity: ModuleIdentity(
        run: run.name, method: method, seed: run.seed, step: checkpoint.step, module: update.name,
        rows: update.count, columns: 1),
      updateNorm: norm.isFinite ? norm : nil,
      relativeUpdateNorm: relative.flatMap { $0.isFinite ? $0 : nil },
      nonFiniteCount: change.count { !$0.isFinite })
  }
}
