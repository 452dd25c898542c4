// Computes a metric of one's own beside two of the library's, for every module of a checkpoint.
//
//   swift run -c release own-metric CHECKPOINT BASE

import Checkpoints
import Foundation
import LinearAlgebra
import Spectra
import Updates

/// How many times larger the first singular value of the update is than the second: 1 for a tie, infinite for rank 1.
enum LeadingRatio: SpectrumMetric {
  static let name = "leading_ratio"
  static let summary = "first singular value over the second"
  static let range = "≥ 1"
  static let unit = "dimensionless"

  static func value(of spectrum: Spectrum) -> Double? {
    spectrum.values.count > 1 ? spectrum.values[0] / spectrum.values[1] : nil
  }
}

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count == 2, let path = arguments.first, let basePath = arguments.last else {
  print("usage: own-metric CHECKPOINT BASE")
  exit(64)
}

let base = try ModelFolder(path: basePath)
let metrics: [any SpectrumMetric.Type] = [StableRank.self, EffectiveRank.self, LeadingRatio.self]
for run in try Discovery.runs(at: path) {
  guard let last = run.checkpoints.last else { continue }
  for module in try CheckpointUpdates(of: last, in: run, base: base).modules {
    let update = try module.matrix()
    let spectrum = Spectrum(
      values: try update.singularValues(), rows: update.rows, columns: update.columns)
    guard !spectrum.isZero else { continue }
    let values = metrics.map { metric in "\(metric.name) \(metric.value(of: spectrum) ?? .nan)" }
    print(module.module, values.joined(separator: "  "), separator: "  ")
  }
}
