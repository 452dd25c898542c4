extension StepSummary {
  /// The summary of one checkpoint from its modules.
  /// - Parameters:
  ///   - step: The checkpoint's.
  ///   - modules: All that were analysed at this step.
  ///   - collapseScore: As ``CollapseScore`` gives it.
  public init(step: Int, modules: [ModuleAnalysis], collapseScore: Double?) {
    var columns = [String: [Double]]()
    for module in modules {
      for (name, value) in module.metrics { columns[name, default: []].append(value) }
    }
    self.init(
      step: step, medians: columns.compactMapValues(median),
      changedModules: modules.count { ($0.metrics[UpdateFrobeniusNorm.name] ?? 0) > 0 },
      modules: modules.count,
      nonFiniteModules: modules.filter { $0.nonFiniteCount > 0 }.map(\.identity.module),
      collapseScore: collapseScore)
  }
}

/// The middle value, the mean of the two middle ones of an even number; nothing of nothing.
package func median(_ values: [Double]) -> Double? {
  guard !values.isEmpty else { return nil }
  let sorted = values.sorted()
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
