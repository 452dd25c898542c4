import Checkpoints
package import Diagnosis
import LinearAlgebra
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
    let vectors = Dictionary(grouping: plan.vectors, by: \.identity.run)
    self.init(
      command: command, version: version, kernel: LinearAlgebraLibrary.current.core,
      topCount: options.topCount, modules: sorted,
      vectors: plan.vectors,
      runs: plan.runs.map { planned in
        RunAnalysis(
          planned, modules: byRun[planned.run.name] ?? [],
          vectors: vectors[planned.run.name] ?? [],
          base: planned.base.map {
            BaseIdentity(
              name: $0.model.path, contentHash: results.contentHash(ofBase: $0.model.path))
          }, options: options)
      }.advisingEachOther(),
      trajectories: results.trajectories.sorted { $0.identity.pathOrder < $1.identity.pathOrder })
  }
}

extension RunAnalysis {
  fileprivate init(
    _ planned: AnalysisPlan.PlannedRun, modules: [ModuleAnalysis], vectors: [VectorChange],
    base: BaseIdentity?, options: AnalysisOptions
  ) {
    let log = TrainingLog(planned.run.history)
    let settings = RunSettings(of: planned.run, planned.settings, log: log)
    let score = CollapseScore(of: log, kind: settings.kind)
    let bySteps = Dictionary(grouping: modules, by: \.identity.step)
    let nonFinite = planned.nonFiniteTensors(besides: modules, vectors)
    let steps = Set(bySteps.keys).union(nonFinite.keys).sorted().map { step in
      StepSummary(
        step: step, modules: bySteps[step] ?? [], nonFiniteTensors: nonFinite[step] ?? [],
        collapseScore: score)
    }
    let examined = ExaminedRun(
      settings: settings, log: log, steps: steps, modules: modules,
      checkpoints: planned.run.checkpoints.map(\.step))
    let unusable = [modules.unusableFinding, vectors.nonFiniteFinding].compactMap(\.self)
    self.init(
      name: planned.run.name, method: planned.method, seed: planned.run.seed, settings: settings,
      base: base, steps: steps, curves: log.curves,
      verdict: Verdict(of: examined, topCount: options.topCount),
      findings: planned.findings + unusable, warnings: planned.warnings + unusable)
  }
}

extension AnalysisPlan.PlannedRun {
  /// By step: what is not finite beside the matrices of the analysis. A parameter of a matrix or vector that is not finite
  /// itself is not named again.
  fileprivate func nonFiniteTensors(
    besides modules: [ModuleAnalysis], _ vectors: [VectorChange]
  ) -> [Int: [String]] {
    var result = nonFiniteTensors
    let broken = vectors.filter { $0.nonFiniteCount > 0 }
    var owners = [Int: Set<String>]()
    for module in modules where module.nonFiniteCount > 0 {
      owners[module.identity.step, default: []].insert(module.identity.module)
    }
    for vector in broken {
      owners[vector.identity.step, default: []].insert(vector.identity.module.owner)
    }
    for (step, names) in owners {
      result[step]?.removeAll { $0.hasOwner(among: names) }
    }
    for vector in broken {
      result[vector.identity.step, default: []].append(vector.identity.module)
    }
    return result.filter { !$0.value.isEmpty }
  }
}

extension String {
  /// The name of the module of a tensor: all but the last part.
  fileprivate var owner: String { split(separator: ".").dropLast().joined(separator: ".") }

  /// Whether a tensor belongs to one of these modules.
  fileprivate func hasOwner(among modules: Set<String>) -> Bool {
    var module = owner
    while !module.isEmpty {
      if modules.contains(module) { return true }
      module = module.owner
    }
    return false
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
