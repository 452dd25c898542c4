package import Checkpoints
package import Diagnosis
import Documents
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
  package var unread: UnreadRuns

  /// What becomes of a run, one of several, whose updates cannot be determined.
  package enum UnreadRuns: Sendable {
    /// The error is thrown.
    case refused
    /// It keeps what its files and its log say, and a warning says why its weights are not known. If no run is read, the
    /// error is thrown.
    case kept
  }

  package init(
    base: BaseChoice = .named, alpha: Double? = nil, unread: UnreadRuns = .refused,
    includesModule: @escaping @Sendable (String) -> Bool = { _ in true },
    includesStep: @escaping @Sendable (Run, Int) -> Bool = { _, _ in true }
  ) {
    self.base = base
    self.alpha = alpha
    self.unread = unread
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
    /// Warnings of how the base was found, and of what speaks against it.
    package let baseNotes: [String]
    package let findings: [String]
    /// The findings that are warnings.
    package let warnings: [String]
    /// What the last of the checkpoints says of the training; nil if none is analysed.
    package let settings: CheckpointSettings?
    /// The steps that will be analysed.
    package let steps: [Int]
    /// By step: tensors of a checkpoint that its reader found not to be finite.
    package let nonFiniteTensors: [Int: [String]]
    /// Why its weights are not known, as a sentence without a full stop; nil if they are.
    package let unread: String?
  }

  package let runs: [PlannedRun]
  package let groups: [AnalysisGroup]
  /// Biases and gains that changed. They are small, so they are measured while planning.
  package let vectors: [VectorChange]
  /// The names of all modules, selected or not.
  private let available: [String]
  private let alpha: Double?

  /// Plans the analysis of runs.
  /// - Throws: What is wrong with a run, a checkpoint or a base, unless such a run is kept:
  ///   ``ExperimentError``, ``UpdateError``, `CheckpointError`, `AdapterError`.
  package init(of runs: [Run], selecting selection: AnalysisSelection) throws {
    var bases = PlannedBases(selection.base, among: runs)
    var planned = [PlannedRun]()
    var vectors = [VectorChange]()
    var available = Set<String>()
    var gathered = [
      GroupKey: (base: StoredMatrix?, stamp: String, shape: OrientedShape, units: [AnalysisUnit])
    ]()
    var firstError: (any BadInput)?
    for run in try runs.withUniqueNames() {
      let work: RunWork
      do {
        work = try RunWork(of: run, against: bases.base(of: run), selecting: selection)
      } catch let error as any BadInput where selection.unread == .kept {
        firstError = firstError ?? error
        work = RunWork(unread: run, against: (try? bases.base(of: run)) ?? .none, because: error)
      }
      planned.append(work.planned)
      vectors += work.vectors
      available.formUnion(work.available)
      for unit in work.units {
        let key = GroupKey(
          base: work.planned.base?.model.path ?? run.path, module: unit.update.module)
        let shape = OrientedShape(rows: unit.update.rows, columns: unit.update.columns)
        gathered[key, default: (unit.update.base, work.planned.baseStamp, shape, [])].units
          .append(unit)
      }
    }
    if let firstError, planned.allSatisfy({ $0.unread != nil }) { throw firstError }
    self.runs = planned
    self.vectors = vectors
    self.available = available.sorted()
    alpha = selection.alpha
    // Of all modules, so that one that is analysed alone keeps its kind.
    let kinds = ModuleKinds(of: available)
    groups = gathered.sorted { ($0.key.base, $0.key.module) < ($1.key.base, $1.key.module) }
      .map { key, gathered in
        AnalysisGroup(
          module: key.module, basePath: gathered.base == nil ? nil : key.base,
          base: gathered.base, baseStamp: gathered.stamp,
          units: gathered.units.map { unit in
            var unit = unit
            unit.identity.kind = kinds[unit.identity.module]
            return unit
          }, shape: gathered.shape)
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
