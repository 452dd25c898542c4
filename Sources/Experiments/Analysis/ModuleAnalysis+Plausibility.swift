import Spectra

extension ModuleAnalysis {
  /// Whether an analysis can give these numbers, whoever wrote them: all finite, spectra descending, counts counts.
  var isPlausible: Bool {
    let sizes = [identity.rows, identity.columns, nonFiniteCount] + nulls.compactMap(\.samples)
    let counts = Self.countMetrics.compactMap { metrics[$0] }
    return isFinite && sizes.allSatisfy((0...Self.countLimit).contains)
      && counts.allSatisfy((0...Double(Self.countLimit)).contains)
      && heads?.shares.allSatisfy((0...1.000_001).contains) ?? true
      && [baseSingularValues, adaptedSingularValues, updateSingularValues].allSatisfy { values in
        values.allSatisfy { $0 >= 0 && $0.isFinite }
          && zip(values, values.dropFirst()).allSatisfy { $0 >= $1 }
      }
  }

  /// The metrics that are counts.
  private static let countMetrics = MetricRegistry.all.filter { $0.unit == "count" }.map { $0.name }

  /// Whether there is no other number that is not finite beside the spectra.
  private var isFinite: Bool {
    metrics.values.allSatisfy(\.isFinite)
      && nulls.allSatisfy { $0.mean.isFinite && $0.standardDeviation.isFinite }
      && taskDirections.allSatisfy { $0.baseSingularValue.isFinite && $0.alignedChange.isFinite }
      && projection.allSatisfy { bin in
        [
          bin.baseEnergy, bin.updateEnergyRight, bin.updateEnergyLeft, bin.nullEnergyRight,
          bin.nullEnergyLeft, bin.spectralChange ?? 0, bin.firstOrderChange ?? 0,
          bin.nullSpectralChange ?? 0,
        ].allSatisfy(\.isFinite)
      }
  }

  /// Sums over millions of matrices do not overflow.
  private static let countLimit = 1 << 40
}
