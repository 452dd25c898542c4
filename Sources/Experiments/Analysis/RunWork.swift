import Adapters
import Checkpoints
import Diagnosis
import Documents
import LinearAlgebra
import Spectra
import Updates

/// What a plan holds of one run.
struct RunWork {
  let planned: AnalysisPlan.PlannedRun
  var vectors: [VectorChange] = []
  /// The names of all modules, selected or not.
  var available: Set<String> = []
  var units: [AnalysisUnit] = []

  /// - Throws: What is wrong with a checkpoint: ``ExperimentError``, ``UpdateError``, `CheckpointError`.
  init(of run: Run, against base: PlannedBase, selecting selection: AnalysisSelection) throws {
    let model = base.found?.model
    let heads = model.flatMap { HeadLayout($0.configuration) }
    let checkpoints = run.checkpoints.filter { selection.includesStep(run, $0.step) }
    var findings = run.findingsOfStart(
      before: checkpoints.first, base: model, alpha: selection.alpha)
    var nonFiniteTensors = [Int: [String]]()
    var method = run.method ?? "full"
    var settings: CheckpointSettings?
    for checkpoint in checkpoints {
      let updates = try ExperimentError.naming(checkpoint.path, base: base.found) {
        try CheckpointUpdates(of: checkpoint, in: run, base: model, alpha: selection.alpha)
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
        units.append(
          AnalysisUnit(
            update, method: method, run: run, checkpoint: checkpoint, stamp: stamp, heads: heads))
      }
      for update in updates.vectors where selection.includesModule(update.name) {
        let change = try ExperimentError.naming(checkpoint.path, base: base.found) {
          try VectorChange(update, method: method, run: run, checkpoint: checkpoint)
        }
        vectors.append(change)
      }
    }
    let notes = run.notes + base.warnings
    planned = AnalysisPlan.PlannedRun(
      run: run, method: method, base: base.found, baseStamp: base.stamp, baseNotes: base.warnings,
      findings: notes + base.remarks + findings.lines,
      warnings: notes + findings.warningLines,
      settings: settings, steps: checkpoints.map(\.step), nonFiniteTensors: nonFiniteTensors,
      unread: nil)
  }

  /// A run whose weights are not known: what its configuration says is kept.
  init(unread run: Run, against base: PlannedBase, because error: any BadInput) {
    let reason = "its weights are not compared: \(error)"
    let last = run.checkpoints[run.checkpoints.count - 1]
    let folder = last.contents == .adapter ? try? AdapterFolder(path: last.path) : nil
    let configuration = folder.flatMap { try? AdapterConfiguration($0) }
    let notes = run.notes + base.warnings + [reason]
    planned = AnalysisPlan.PlannedRun(
      run: run,
      method: run.method ?? configuration?.methodName
        ?? (last.contents == .model ? "full" : "unknown"),
      base: base.found, baseStamp: base.stamp, baseNotes: base.warnings,
      findings: notes + base.remarks, warnings: notes,
      settings: configuration.flatMap { configuration in
        folder.map { CheckpointSettings(configured: configuration, in: $0) }
      }, steps: [], nonFiniteTensors: [:], unread: reason)
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
