import Foundation
import LinearAlgebra
import Spectra

extension [ModuleAnalysis] {
  /// Medians of metrics over the matrices: `relative_update_norm 0.0123  head_share_right 0.25 (chance 0.25)`.
  /// - Parameter metrics: Their names; one that no matrix has a value for is left out.
  func medians(of metrics: Set<String>) -> String {
    MetricRegistry.names.filter(metrics.contains).compactMap { name in
      guard let value = SampleQuantile.median(of: compactMap { $0.metrics[name] }) else {
        return nil
      }
      let nulls = flatMap(\.nulls).filter { $0.metric == name }.map(\.mean)
      let beside = SampleQuantile.median(of: nulls).map { " (chance \(Self.short($0)))" } ?? ""
      return "\(name) \(Self.short(value))\(beside)"
    }.joined(separator: "  ")
  }

  /// Three significant digits.
  private static func short(_ value: Double) -> String { String(format: "%.3g", value) }
}
