import Experiments
import Foundation

extension Terminal {
  /// Shows what an analysis would take, for `analyze --plan`.
  static func show(_ estimate: WorkEstimate, by engine: AnalysisEngine) {
    let longest = estimate.longest.map { "\($0.module), about \(duration($0.seconds))" }
    let lines: [String?] = [
      "matrices    \(estimate.matrices), against \(estimate.weights) weights of a base",
      "operations  \(String(format: "%.2g", estimate.operations))",
      "to read     \(size(estimate.bytes))",
      "memory      about \(size(estimate.usualMemory)), at most \(size(estimate.mostMemory))",
      estimate.refusal.map { "refused     \($0)" },
      "time        about \(duration(estimate.seconds)) with --jobs \(engine.jobs), with no base in the cache",
      longest.map { "longest     \($0)" },
      "Nothing was computed or written.",
    ]
    for line in lines.compactMap(\.self) { show(line) }
  }

  private static func size(_ bytes: Int) -> String {
    let megabytes = Double(bytes) / 1e6
    return megabytes < 1000
      ? String(format: "%.0f MB", megabytes.rounded(.up))
      : String(format: "%.1f GB", megabytes / 1000)
  }

  private static func duration(_ seconds: Double) -> String {
    switch seconds {
    case ..<10: String(format: "%.1f s", seconds)
    case ..<120: String(format: "%.0f s", seconds)
    case ..<7200: String(format: "%.0f min", seconds / 60)
    default: String(format: "%.1f h", seconds / 3600)
    }
  }
}
