/// How many eigenvalues of the update stand out of a random bulk: those above the upper edge of the
/// Marchenko-Pastur law whose variance is fitted to the bulk. Range: 0 … p; empty where the update
/// has no bulk (fewer than half of its singular values differ from zero).
///
/// Differs from WeightWatcher, which fits the variance by a grid search on a smoothed density over all
/// eigenvalues, so that large spikes widen the bulk. Here the variance comes from the median, which spikes do
/// not move, and the edge is raised by the fluctuation of the largest bulk eigenvalue.
///
/// **Source:** Marchenko and Pastur, Mathematics of the USSR-Sbornik 1, 1967; variance from the median:
/// Gavish and Donoho, IEEE Transactions on Information Theory 60, 2014, section III.E; fluctuation:
/// Johnstone, Annals of Statistics 29, 2001, theorem 1.1.
public enum MarchenkoPasturSpikes: SpectrumMetric {
  public static let name = "marchenko_pastur_spikes"
  public static let summary = "Eigenvalues of the update above a random bulk's edge"
  public static let range = "0 … p"
  public static let unit = "count"

  public static func value(of spectrum: Spectrum) -> Double? {
    let eigenvalues = spectrum.eigenvalues
    guard
      let bulk = MarchenkoPasturLaw(
        fittedTo: eigenvalues, rows: spectrum.rows, columns: spectrum.columns)
    else { return nil }
    return Double(eigenvalues.count { $0 > bulk.spikeBound })
  }
}

/// The law of the eigenvalues AᵀA of a long×p matrix A of independent entries of one variance, fitted
/// to eigenvalues that may have spikes above it.
struct MarchenkoPasturLaw: Sendable {
  /// long · variance of an entry: the scale of the law.
  let scale: Double
  /// p / long, in (0, 1].
  let aspect: Double
  /// An eigenvalue above this does not belong to the bulk: the upper edge plus two widths of the fluctuation
  /// of the largest bulk eigenvalue (its 99th percentile).
  let spikeBound: Double

  /// Fits the scale to the median eigenvalue.
  /// - Parameter eigenvalues: The positive ones, largest first.
  /// - Returns: Nothing if fewer than half of the p eigenvalues are positive, or p < 20.
  init?(fittedTo eigenvalues: [Double], rows: Int, columns: Int) {
    let count = min(rows, columns)
    let long = Double(max(rows, columns))
    guard count >= 20, eigenvalues.count * 2 > count else { return nil }
    let aspect = Double(count) / long
    self.aspect = aspect
    // Zero eigenvalues count as the smallest ones.
    let middle =
      count % 2 == 1
      ? eigenvalues[count / 2]
      : (eigenvalues[count / 2 - 1]
        + (count / 2 < eigenvalues.count ? eigenvalues[count / 2] : 0)) / 2
    scale = middle / Self.median(aspect: aspect)

    let edge = (1 + aspect.squareRoot()) * (1 + aspect.squareRoot())
    let short = Double(count)
    let root = long.squareRoot() + short.squareRoot()
    // Johnstone's scale of the largest eigenvalue, in units of the law (long · variance = 1).
    let width =
      root * power(1 / long.squareRoot() + 1 / short.squareRoot(), 1.0 / 3) / long
    spikeBound = scale * (edge + 2 * width)
  }

  /// The median of the law with unit scale, by bisection on its distribution function.
  static func median(aspect: Double) -> Double {
    let low = (1 - aspect.squareRoot()) * (1 - aspect.squareRoot())
    let high = (1 + aspect.squareRoot()) * (1 + aspect.squareRoot())
    var (below, above) = (low, high)
    for _ in 0..<60 {
      let middle = (below + above) / 2
      if mass(from: low, to: middle, low: low, high: high, aspect: aspect) < 0.5 {
        below = middle
      } else {
        above = middle
      }
    }
    return (below + above) / 2
  }

  /// ∫ √((high − x)(x − low)) / (2π · aspect · x) dx, by the midpoint rule after x = low + (x₁−low) t²,
  /// which removes the square root's kink (and, for aspect 1, the pole) at the lower edge.
  private static func mass(
    from low: Double, to upper: Double, low edge: Double, high: Double, aspect: Double
  ) -> Double {
    let steps = 400
    var sum = 0.0
    for step in 0..<steps {
      let t = (Double(step) + 0.5) / Double(steps)
      let x = edge + (upper - edge) * t * t
      let density = ((high - x) * (x - edge)).squareRoot() / (2 * Double.pi * aspect * x)
      sum += density * 2 * (upper - edge) * t / Double(steps)
    }
    return sum
  }
}
