import Diagnosis
import Spectra

/// What the files of a report need to know of all results before the first is written. It is gathered in one pass.
struct ResultsOverview {
  /// The names of metrics that any matrix has, and of those that have a null.
  private(set) var metrics: Set<String> = [], metricsWithNull: Set<String> = []
  /// How many matrices hold numbers that cannot be used.
  private(set) var nonFiniteCount = 0
  /// How many matrices each algorithm served.
  private(set) var baseRoutes: [Numerics.Route: Int] = [:]
  private(set) var updateRoutes: [Numerics.Route: Int] = [:]
  private(set) var adaptedRoutes: [Numerics.Route: Int] = [:]
  /// How many values the spectra have.
  private(set) var spectrumLengths: Set<Int> = []
  /// `640×320`, by the name of the module.
  private(set) var shapes: [String: String] = [:]
  /// `q_proj`, by the name of the module.
  private(set) var kinds: [String: String] = [:]

  /// - Throws: What reading results throws.
  init(of analysis: Analysis) throws {
    try analysis.modules.forEach { add($0) }
  }

  private mutating func add(_ module: ModuleAnalysis) {
    for name in module.metrics.keys where !metrics.contains(name) { metrics.insert(name) }
    for null in module.nulls where !metricsWithNull.contains(null.metric) {
      metricsWithNull.insert(null.metric)
    }
    if module.nonFiniteCount > 0 { nonFiniteCount += 1 }
    if let route = module.numerics.base { baseRoutes[route, default: 0] += 1 }
    if let route = module.numerics.update { updateRoutes[route, default: 0] += 1 }
    if let route = module.numerics.adapted { adaptedRoutes[route, default: 0] += 1 }
    spectrumLengths.formUnion([
      module.baseSingularValues.count, module.adaptedSingularValues.count,
      module.updateSingularValues.count,
    ])
    let identity = module.identity
    if shapes[identity.module] == nil {
      shapes[identity.module] = "\(identity.rows)×\(identity.columns)"
      kinds[identity.module] = identity.kind
    }
  }
}
