import LinearAlgebra

/// The entries because of which a matrix could not be measured.
struct UnusableNumbers {
  /// How many entries are NaN or infinite; if there are none, how many are too large to square.
  let count: Int
  /// Whether all entries are finite.
  let areFinite: Bool

  /// Nil for an error that has another reason.
  /// - Parameters:
  ///   - error: Why the matrix was not measured.
  ///   - sources: The base and the update, as far as they are known.
  /// - Throws: What reading throws.
  init?(_ error: any Error, in sources: [(any PanelSource)?]) throws {
    switch error {
    case SpectraError.notFinite(let count):
      self.count = count
      areFinite = false
    case SpectraError.tooLarge, LinearAlgebraError.notFinite, LinearAlgebraError.overflow:
      var (nonFinite, large) = (0, 0)
      for case let source? in sources {
        var panel = [Double]()
        for range in source.shape.panels {
          try source.read(range, into: &panel)
          nonFinite += panel.count { !$0.isFinite }
          large += panel.count { $0.isFinite && $0.magnitude > Self.bound }
        }
      }
      count = max(1, nonFinite > 0 ? nonFinite : large)
      areFinite = nonFinite == 0
    default: return nil
    }
  }

  /// Sums of squares of larger numbers may exceed the range of Double, 1.8e308.
  private static let bound = 1e150
}

extension ModuleAnalysis {
  /// The result for a matrix that could not be measured.
  init(identity: ModuleIdentity, _ unusable: UnusableNumbers) {
    self.init(identity: identity, nonFiniteCount: unusable.count)
    isOverflow = unusable.areFinite
  }

  /// The result without numbers that are not finite: a metric, null or projection that is not finite has no
  /// meaning here, so it is absent. All results leave the analysis through this gate. What is written as JSON
  /// or drawn need not check again.
  var finite: ModuleAnalysis {
    var result = self
    result.metrics = metrics.filter { $0.value.isFinite }
    result.nulls = nulls.filter { $0.mean.isFinite && $0.standardDeviation.isFinite }
    let isDrawable = projection.allSatisfy { bin in
      [bin.baseEnergy, bin.updateEnergyRight, bin.updateEnergyLeft].allSatisfy(\.isFinite)
        && [bin.spectralChange, bin.firstOrderChange, bin.nullSpectralChange]
          .allSatisfy { $0?.isFinite ?? true }
    }
    if !isDrawable { result.projection = [] }
    if heads?.shares.allSatisfy(\.isFinite) == false { result.heads = nil }
    return result
  }
}

extension [ModuleAnalysis] {
  /// One line about all matrices without metrics; nil if there are none.
  /// - Parameter total: How many matrices were analysed.
  package func unusableFinding(amongst total: Int) -> String? {
    let unusable = filter { $0.nonFiniteCount > 0 }
    guard let first = unusable.first else { return nil }
    let count = unusable.reduce(0) { $0 + $1.nonFiniteCount }
    let words =
      unusable.allSatisfy(\.isOverflow)
      ? "too large to square" : "NaN, infinite or too large to square"
    return
      "entries that are \(words): \(count) in \(unusable.count) of \(total) analysed matrices,"
      + " first in '\(first.identity.module)' at step \(first.identity.step); these have no metrics"
  }
}
