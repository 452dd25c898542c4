import Spectra

/// The order of metrics in the columns of study tables.
enum MetricColumns {
  /// Those of the registry in its order, then any others by name.
  static func ordered(_ names: some Sequence<String>) -> [String] {
    let present = Set(names)
    let known = MetricRegistry.names.filter(present.contains)
    return known + present.subtracting(known).sorted()
  }
}
