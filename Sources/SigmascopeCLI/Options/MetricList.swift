import ArgumentParser
import Documents
import Spectra

/// A choice of metrics by name, or `cheap` for all that need no measurement beyond the update's spectrum and
/// projection.
struct MetricList {
  let names: Set<String>

  /// The values that shells complete.
  static let completion = CompletionKind.list(MetricRegistry.names + ["cheap"])

  static let cheap = MetricRegistry.all.filter { metric in
    (metric as? any ChangeMetric.Type)?.needs.isEmpty ?? true
  }.map { $0.name }

  /// - Throws: `ValidationError` for an unknown name, with the nearest known one.
  init(argument: String) throws {
    let names = argument.split(separator: ",").flatMap { $0 == "cheap" ? Self.cheap : [String($0)] }
    if names.isEmpty { throw ValidationError("--metrics names no metric.") }
    for name in names where !MetricRegistry.names.contains(name) {
      let nearest = NearestName.of(name, in: MetricRegistry.names + ["cheap"])
      throw ValidationError(
        "--metrics: there is no metric '\(name)'"
          + (nearest.map { "; the nearest is '\($0)'." } ?? "; see 'sigmascope list metrics'."))
    }
    self.names = Set(names)
  }
}
