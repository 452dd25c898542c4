import Checkpoints
package import Diagnosis
package import Spectra

extension Analysis {
  /// Combines the plan and the computed results.
  /// - Parameters:
  ///   - plan: What was to be analysed.
  ///   - results: What the engine returned.
  ///   - options: The options of the analysis.
  ///   - command: The command line, for the summary.
  ///   - version: The version of this program.
  package init(
    plan: AnalysisPlan, results: AnalysisResults, options: AnalysisOptions, command: [String],
    version: String
  ) {
    let sorted = results.modules.sorted { $0.identity.order < $1.identity.order }
    let byRun = Dictionary(grouping: sorted, by: \.identity.run)
    self.init(
      command: command, version: version, topCount: options.topCount, modules: sorted,
      vectors: plan.vectors,
      runs: plan.runs.map { planned in
        RunAnalysis(
          planned, modules: byRun[planned.run.name] ?? [],
          base: planned.base.map {
            BaseIdentity(
              name: $0.model.path, contentHash: results.contentHash(ofBase: $0.model.path))
          }, options: options)
      })
  }
}

extension RunAnalysis {
  fileprivate init(
    _ planned: AnalysisPlan.PlannedRun, modules: [ModuleAnalysis], base: BaseIdentity?,
    options: AnalysisOptions
  ) {
    let log = TrainingLog(planned.run.history)
    let settings = RunSettings(of: planned, log: log)
    let score = CollapseScore(of: log, kind: settings.kind)
    let bySteps = Dictionary(grouping: modules, by: \.identity.step).sorted { $0.key < $1.key }
    let steps = bySteps.map { StepSummary(step: $0, modules: $1, collapseScore: score) }
    let examined = ExaminedRun(
      settings: settings, log: log, steps: steps, modules: bySteps.last?.value ?? [],
      checkpoints: planned.run.checkpoints.map(\.step))
    let unusable = [modules.unusableFinding].compactMap(\.self)
    self.init(
      name: planned.run.name, method: planned.method, seed: planned.run.seed, settings: settings,
      base: base, steps: steps, curves: log.curves,
      verdict: Verdict(of: examined, topCount: options.topCount),
      findings: planned.findings + unusable, warnings: planned.warnings + unusable)
  }
}

extension RunSettings {
  fileprivate init(of planned: AnalysisPlan.PlannedRun, log: TrainingLog) {
    self.init(
      trainer: LogSignature.of(log)?.trainer, kind: log.kind,
      learningRate: log.curve(of: .learningRate)?.points.map(\.value).max())
  }
}

extension ModuleIdentity {
  /// Sorts by run name, then by step, then by module, with layers in numerical order.
  fileprivate var order: (String, Int, [NaturalPart]) {
    (run, step, module.split(separator: ".").map { NaturalPart($0) })
  }
}

private func < (
  left: (String, Int, [NaturalPart]), right: (String, Int, [NaturalPart])
) -> Bool {
  if left.0 != right.0 { return left.0 < right.0 }
  if left.1 != right.1 { return left.1 < right.1 }
  return left.2.lexicographicallyPrecedes(right.2)
}

/// A component of a module's name, ordered numerically: layer 2 comes before layer 10.
private enum NaturalPart: Comparable {
  case number(Int)
  case text(String)

  init(_ part: Substring) { self = Int(part).map(NaturalPart.number) ?? .text(String(part)) }
}
