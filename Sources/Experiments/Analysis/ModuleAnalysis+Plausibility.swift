import Spectra

extension ModuleAnalysis {
  /// Whether an analysis can give these numbers, whoever wrote them: spectra descend and are finite, counts are
  /// counts. JSON holds no other number that is not finite.
  var isPlausible: Bool {
    let sizes = [identity.rows, identity.columns, nonFiniteCount] + nulls.compactMap(\.samples)
    let counts = MetricRegistry.all.filter { $0.unit == "count" }.compactMap { metrics[$0.name] }
    return sizes.allSatisfy((0...Self.countLimit).contains)
      && counts.allSatisfy((0...Double(Self.countLimit)).contains)
      && heads?.shares.allSatisfy((0...1.000_001).contains) ?? true
      && [baseSingularValues, adaptedSingularValues, updateSingularValues].allSatisfy { values in
        values.allSatisfy { $0 >= 0 && $0.isFinite }
          && zip(values, values.dropFirst()).allSatisfy { $0 >= $1 }
      }
  }

  /// Sums over millions of matrices do not overflow.
  private static let countLimit = 1 << 40
}
