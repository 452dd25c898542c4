import LinearAlgebra
package import Spectra

/// Gathers the matrices of one checkpoint, one after another.
package struct StepTally {
  private var columns: [String: [Double]] = [:]
  private var count = 0, changed = 0
  private var nonFinite: [String] = []

  package init() {}

  package mutating func add(_ module: ModuleAnalysis) {
    for (name, value) in module.metrics { columns[name, default: []].append(value) }
    count += 1
    if module.isChanged { changed += 1 }
    if module.nonFiniteCount > 0 { nonFinite.append(module.identity.module) }
  }

  /// The summary, without what is known besides the matrices.
  package func summary(ofStep step: Int) -> StepSummary {
    StepSummary(
      step: step, medians: columns.compactMapValues(SampleQuantile.median), changedModules: changed,
      modules: count, nonFiniteModules: nonFinite, collapseScore: nil)
  }
}
