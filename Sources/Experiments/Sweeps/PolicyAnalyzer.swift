import Adapters
import Checkpoints
import LinearAlgebra
package import Spectra
import Synchronization
package import Training

/// Analyses the weight updates of policies in memory, as `analyze` analyses those of checkpoints.
///
/// A class, because each base weight is decomposed once and shared by all policies on that base.
package final class PolicyAnalyzer: Sendable {
  private let analyzer: ModuleAnalyzer
  private let references = Mutex<[String: DenseReference]>([:])

  package init(options: AnalysisOptions) { analyzer = ModuleAnalyzer(options: options) }

  /// The analysis of every adapted matrix.
  /// - Parameters:
  ///   - policy: The policy; it must have the same base in every call.
  ///   - run: The name of the run.
  ///   - step: How many steps were taken.
  package func analyses<Element>(
    of policy: Policy<Element>, run: String, step: Int
  ) throws -> [ModuleAnalysis] {
    let updates = policy.updates
    let kinds = ModuleKinds(of: updates.map(\.module))
    return try updates.map { update in
      let reference = reference(update.base, of: update.module)
      return try analyzer.analyze(
        ModuleIdentity(
          run: run, method: policy.choice.name, seed: nil, step: step, module: update.module,
          rows: update.base.rows, columns: update.base.columns,
          among: kinds),
        UpdateForm(.dense(update.update), base: reference.panels, roundoff: Self.roundoff),
        of: reference)
    }
  }

  /// The unit roundoff of single precision, in which policies train.
  private static let roundoff = 0x1p-24

  /// The base weight of a module, shared by all policies.
  private func reference(_ base: Matrix, of module: String) -> DenseReference {
    references.withLock { references in
      if let known = references[module] { return known }
      let reference = DenseReference(base) { DataType.bfloat16.round(&$0) }
      references[module] = reference
      return reference
    }
  }
}
