import Adapters
import Checkpoints
import LinearAlgebra
public import Spectra
import Synchronization
public import Training

/// Analyses the weight updates of policies that are in memory, as `analyze` does those of checkpoints.
///
/// A class, because the bases are decomposed once and kept for all policies on them.
public final class PolicyAnalyzer: Sendable {
  private let analyzer: ModuleAnalyzer
  private let geometries = Mutex<[String: BaseGeometry]>([:])

  public init(options: AnalysisOptions) { analyzer = ModuleAnalyzer(options: options) }

  /// The analysis of every adapted matrix.
  /// - Parameters:
  ///   - policy: On the same base at every call.
  ///   - run: Name of the run.
  ///   - step: How many steps were taken.
  public func analyses<Element>(
    of policy: Policy<Element>, run: String, step: Int
  ) throws -> [ModuleAnalysis] {
    try policy.updates.map { update in
      let panels = DensePanels(update.base)
      return try analyzer.analyze(
        ModuleIdentity(
          run: run, method: policy.choice.name, seed: nil, step: step, module: update.module,
          rows: update.base.rows, columns: update.base.columns),
        base: panels,
        update: UpdateForm(.dense(update.update), base: panels, roundoff: Self.roundoff),
        baseEpsilon: 2 * Self.roundoff, rounding: { DataType.bfloat16.round(&$0) },
        geometry: { try geometry(of: update.module, panels) })
    }
  }

  /// Of single precision, which policies train in.
  private static let roundoff = 0x1p-24

  private func geometry(of module: String, _ panels: DensePanels) throws -> BaseGeometry {
    if let known = geometries.withLock({ $0[module] }) { return known }
    // Two threads may both decompose a base; both find the same.
    let found = try BaseGeometry(of: panels)
    geometries.withLock { $0[module] = found }
    return found
  }
}
