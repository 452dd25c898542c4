import Checkpoints
package import Diagnosis
import LinearAlgebra
package import Spectra

extension Analysis {
  /// Combines the plan and the computed results.
  /// - Parameters:
  ///   - plan: What was to be analysed.
  ///   - journals: Hold all results.
  ///   - options: The options of the analysis.
  ///   - command: The command line, for the summary.
  ///   - version: The version of this program.
  /// - Throws: `OutputError` if results cannot be read.
  package init(
    plan: AnalysisPlan, journals: AnalysisJournals, options: AnalysisOptions, command: [String],
    version: String
  ) throws {
    let (modules, kernels) = journals.results(of: plan)
    let vectors = Dictionary(grouping: plan.vectors, by: \.identity.run)
    self.init(
      command: command, version: version,
      kernel: kernels.isEmpty
        ? LinearAlgebraLibrary.current.core : kernels.joined(separator: " + "),
      topCount: options.topCount, modules: modules,
      vectors: plan.vectors,
      runs: try plan.runs.map { planned in
        try RunAnalysis(
          planned, modules: modules.of(run: planned.run.name),
          vectors: vectors[planned.run.name] ?? [],
          base: try planned.base.map {
            BaseIdentity(
              name: $0.model.path,
              contentHash: try plan.contentHash(ofBase: $0.model.path, in: journals))
          }, options: options)
      }.advisingEachOther(),
      trajectories: journals.trajectories(of: plan))
    principalCount = PrincipalCount(asked: options.topCount, of: plan.groups.map(\.shape))
  }
}

extension RunAnalysis {
  fileprivate init(
    _ planned: AnalysisPlan.PlannedRun, modules: StoredResults<ModuleAnalysis>,
    vectors: [VectorChange], base: BaseIdentity?, options: AnalysisOptions
  ) throws {
    let log = TrainingLog(planned.run.history)
    let settings = RunSettings(of: planned.run, planned.settings, log: log)
    let score = CollapseScore(of: log, kind: settings.kind)
    var summaries = [Int: StepSummary]()
    // What rules look at: the last step, and what of earlier steps is not finite.
    var examined = [ModuleAnalysis]()
    for (step, results) in modules.steps {
      examined.removeAll { $0.nonFiniteCount == 0 }
      var tally = StepTally()
      try results.forEach { module in
        tally.add(module)
        examined.append(module.outline)
      }
      summaries[step] = tally.summary(ofStep: step)
    }
    let unusable = examined.filter { $0.nonFiniteCount > 0 }
    let nonFinite = planned.nonFiniteTensors(besides: unusable, vectors)
    let steps = Set(summaries.keys).union(nonFinite.keys).sorted().map { step in
      (summaries[step] ?? StepTally().summary(ofStep: step)).with(nonFinite[step] ?? [], score)
    }
    let findings = [
      unusable.unusableFinding(amongst: modules.count), vectors.nonFiniteFinding,
    ].compactMap(\.self)
    self.init(
      name: planned.run.name, method: planned.method, seed: planned.run.seed, settings: settings,
      base: base, steps: steps, curves: log.curves,
      verdict: Verdict(
        of: ExaminedRun(
          settings: settings, log: log, steps: steps, modules: examined,
          checkpoints: planned.run.savedSteps), topCount: options.topCount),
      findings: planned.findings + findings, warnings: planned.warnings + findings)
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
