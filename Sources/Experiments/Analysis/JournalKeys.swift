import Spectra

// A key says what a line of a journal is a result of. It holds no path, so that copies of the files have the same keys.

extension AnalysisUnit {
  /// Of the unit's result.
  var key: String {
    ContentHash(of: ["matrix", identity.run, "\(identity.step)", identity.module, stamp])
      .hexadecimal
  }
}

extension AnalysisGroup {
  /// Of the content hash of the base weight; nil if there is no base.
  var baseKey: String? {
    basePath == nil ? nil : ContentHash(of: ["base", baseStamp, module]).hexadecimal
  }
}

extension ArraySlice<AnalysisUnit> {
  /// Of the path through the units of a run.
  var pathKey: String {
    ContentHash(
      of: ["path", first?.identity.run ?? "", first?.identity.module ?? ""]
        + map { "\($0.identity.step) \($0.stamp)" }
    ).hexadecimal
  }
}

extension ModuleTrajectory {
  /// Whether an analysis of these units of a run can give it, whoever wrote it.
  func isPath(through units: ArraySlice<AnalysisUnit>) -> Bool {
    guard let first = units.first?.identity else { return false }
    let steps = units.map(\.identity.step)
    return identity.run == first.run && identity.module == first.module
      && identity.rows == first.rows && identity.columns == first.columns
      && steps.contains(identity.step) && (origin == 0 || steps.contains(origin))
      && points.allSatisfy { steps.contains($0.step) }
      && zip(points, points.dropFirst()).allSatisfy { $0.step < $1.step }
  }
}
