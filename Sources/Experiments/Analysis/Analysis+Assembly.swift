import Checkpoints
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
      },
      trajectories: results.trajectories.sorted { $0.identity.pathOrder < $1.identity.pathOrder })
  }
}

extension RunAnalysis {
  fileprivate init(
    _ planned: AnalysisPlan.PlannedRun, modules: [ModuleAnalysis], base: BaseIdentity?,
    options: AnalysisOptions
  ) {
    let reward = planned.run.history.compactMap { row in
      row.reward.flatMap { $0.isFinite ? CurvePoint(step: row.step, value: $0) : nil }
    }
    let bySteps = Dictionary(grouping: modules, by: \.identity.step).sorted { $0.key < $1.key }
    let smoothed = SmoothedReward(reward)
    let steps = bySteps.map { step, modules in
      StepSummary(step: step, modules: modules, reward: smoothed)
    }
    var curves = [String: [CurvePoint]]()
    for row in planned.run.history {
      for (name, value) in row.values where value.isFinite {
        curves[name, default: []].append(CurvePoint(step: row.step, value: value))
      }
    }
    if !reward.isEmpty { curves["reward"] = reward }
    self.init(
      name: planned.run.name, method: planned.method, seed: planned.run.seed, base: base,
      steps: steps, curves: curves,
      verdict: Verdict(
        modules: bySteps.last?.value ?? [], steps: steps, reward: reward,
        topCount: options.topCount),
      findings: planned.findings + [modules.unusableFinding].compactMap(\.self))
  }
}

extension StepSummary {
  fileprivate init(step: Int, modules: [ModuleAnalysis], reward: SmoothedReward) {
    let plain = StepSummary(step: step, modules: modules, collapseScore: nil)
    self = plain
    collapseScore = CollapseScore.value(
      atStep: step, reward: reward,
      relativeUpdateNorm: plain.medians[RelativeUpdateNorm.name],
      isFinite: plain.nonFiniteModules.isEmpty)
  }
}

extension ModuleIdentity {
  /// Sorts by run name, then by step, then by module, with layers in numerical order.
  fileprivate var order: (String, Int, [NaturalPart]) {
    (run, step, module.split(separator: ".").map { NaturalPart($0) })
  }

  /// The same for paths, which have many steps.
  fileprivate var pathOrder: (String, Int, [NaturalPart]) { (order.0, 0, order.2) }
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
