import Checkpoints
import Foundation
import LinearAlgebra
import Spectra
import Training

/// Looks at the weight updates of a policy while it trains: medians of chosen metrics over its matrices.
///
/// A class, because bases are decomposed once and kept.
final class LiveAnalysis {
  private let metrics: [String]
  private let analyzer: ModuleAnalyzer
  private var geometries: [String: BaseGeometry] = [:]

  init(metrics: Set<String>) {
    self.metrics = MetricRegistry.names.filter(metrics.contains)
    analyzer = ModuleAnalyzer(options: AnalysisOptions(metrics: metrics))
  }

  /// `relative_update_norm 0.0123  head_share_right 0.25 (chance 0.25)`.
  func line<Element>(_ policy: Policy<Element>) throws -> String {
    var values = [String: [Double]]()
    var chance = [String: [Double]]()
    for update in policy.updates {
      let panels = DensePanels(update.base)
      let found = try analyzer.analyze(
        ModuleIdentity(
          run: "", method: "", seed: nil, step: 0, module: update.module, rows: update.base.rows,
          columns: update.base.columns),
        base: panels, update: UpdateForm(.dense(update.update), base: panels),
        baseEpsilon: 0x1p-23, rounding: { DataType.bfloat16.round(&$0) },
        geometry: { try geometry(of: update.module, panels) })
      for (name, value) in found.metrics { values[name, default: []].append(value) }
      for null in found.nulls { chance[null.metric, default: []].append(null.mean) }
    }
    return metrics.compactMap { name in
      guard let value = median(values[name] ?? []) else { return nil }
      let beside = median(chance[name] ?? []).map { " (chance \(short($0)))" } ?? ""
      return "\(name) \(short(value))\(beside)"
    }.joined(separator: "  ")
  }

  private func geometry(of module: String, _ panels: DensePanels) throws -> BaseGeometry {
    if let known = geometries[module] { return known }
    let geometry = try BaseGeometry(of: panels)
    geometries[module] = geometry
    return geometry
  }

  private func median(_ values: [Double]) -> Double? {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return nil }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  /// Three significant digits.
  private func short(_ value: Double) -> String { String(format: "%.3g", value) }
}
