package import Spectra

/// The medians over all matrices of one checkpoint.
public struct StepSummary: Codable, Equatable, Sendable {
  public var step: Int
  /// The median of each metric over the modules that have it.
  public var medians: [String: Double]
  /// How many modules changed at all, and how many were analysed.
  public var changedModules: Int
  public var modules: Int
  /// Modules with a NaN, an infinity or numbers too large to square, and other tensors of the checkpoint with a NaN or an
  /// infinity.
  public var nonFiniteModules: [String]
  /// 0 (healthy) … 1 (collapsed); see docs/metrics.md.
  public var collapseScore: Double?

  public init(
    step: Int, medians: [String: Double], changedModules: Int, modules: Int,
    nonFiniteModules: [String], collapseScore: Double?
  ) {
    self.step = step
    self.medians = medians
    self.changedModules = changedModules
    self.modules = modules
    self.nonFiniteModules = nonFiniteModules
    self.collapseScore = collapseScore
  }
}

extension StepSummary {
  /// The summary of one checkpoint from its modules.
  /// - Parameters:
  ///   - step: The checkpoint's.
  ///   - modules: All that were analysed at this step.
  ///   - nonFiniteTensors: Tensors beside these modules that are not finite.
  ///   - collapseScore: Of the run's curve; nil leaves the score out.
  package init(
    step: Int, modules: [ModuleAnalysis], nonFiniteTensors: [String] = [],
    collapseScore: CollapseScore? = nil
  ) {
    self = modules.reduce(into: StepTally()) { $0.add($1) }.summary(ofStep: step)
      .with(nonFiniteTensors, collapseScore)
  }

  /// The summary with what is known besides the matrices: other tensors that are not finite, and the run's curve.
  package func with(
    _ nonFiniteTensors: [String], _ collapseScore: CollapseScore?
  ) -> StepSummary {
    var summary = self
    summary.nonFiniteModules += nonFiniteTensors
    summary.collapseScore = collapseScore?.value(
      atStep: step, isFinite: summary.nonFiniteModules.isEmpty)
    return summary
  }
}
