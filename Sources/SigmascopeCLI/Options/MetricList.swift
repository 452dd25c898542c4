import ArgumentParser
import Documents
import Spectra

/// A choice of metrics by name, or `cheap` for all of a matrix that need no measurement beyond the update's spectrum
/// and projection.
struct MetricList {
  let names: Set<String>

  /// What can be measured of a matrix of one checkpoint, and of the checkpoints of a run together.
  static let ofMatrices = MetricRegistry.names, ofRuns = ofMatrices + PathMetricRegistry.names

  /// The values that shells complete.
  static func completion(of known: [String]) -> CompletionKind { .list(known + ["cheap"]) }

  static let cheap = MetricRegistry.all.filter { metric in
    (metric as? any ChangeMetric.Type)?.needs.isEmpty ?? true
  }.map { $0.name }

  /// - Parameter known: The metrics that can be chosen.
  /// - Throws: `ValidationError` for an unknown name, with the nearest known one.
  init(argument: String, of known: [String]) throws {
    let names = argument.split(separator: ",").flatMap { $0 == "cheap" ? Self.cheap : [String($0)] }
    if names.isEmpty { throw ValidationError("--metrics names no metric.") }
    for name in names where !known.contains(name) {
      let nearest = NearestName.of(name, in: known + ["cheap"])
      throw ValidationError(
        "there is no metric '\(name)'"
          + (nearest.map { "; the nearest is '\($0)'." } ?? "; see 'sigmascope list metrics'."))
    }
    self.names = Set(names)
  }
}
