/// The head share of an update whose singular values are known and whose orientation is uniformly
/// random: its mean and standard deviation in closed form.
///
/// On the right side, with Q a Haar-random frame in Rⁿ and λᵢ = sᵢ², the share is tr(A Q B Qᵀ) / Σλ
/// with A the projector on K directions and B = diag(λ). Its mean is K/n and its variance
/// 2 · K(n−K)/n · (Σλ² − (Σλ)²/n) / ((n−1)(n+2)) / (Σλ)².
///
/// It keeps the update's own spectrum: the null of a rank-2 update has a wider spread than that of a
/// full-rank update.
///
/// **Source:** second moments over the orthogonal group, Collins and Śniady, Communications in
/// Mathematical Physics 264, 2006, corollary 3.4 with the Weingarten function of degree 2.
package struct HeadShareNull: Sendable {
  /// K/n.
  package let mean: Double
  /// The standard deviation; zero where every orientation gives the same share.
  package let standardDeviation: Double

  /// - Parameters:
  ///   - values: The update's singular values.
  ///   - count: K.
  ///   - dimension: n for the right side (in features), m for the left (out features).
  package init(values: [Double], count: Int, dimension: Int) {
    let n = Double(dimension)
    let k = Double(count)
    mean = k / n
    let largest = values.first ?? 0
    guard dimension > 1, largest > 0 else {
      standardDeviation = 0
      return
    }
    // Relative to the largest, so that fourth powers neither overflow nor vanish.
    var (sum, squares) = (0.0, 0.0)
    for value in values {
      let eigenvalue = (value / largest) * (value / largest)
      sum += eigenvalue
      squares += eigenvalue * eigenvalue
    }
    let variance =
      2 * k * (n - k) / n * (squares - sum * sum / n) / ((n - 1) * (n + 2)) / (sum * sum)
    standardDeviation = max(variance, 0).squareRoot()
  }

  /// How many standard deviations a share lies from the mean; nil if there is no spread.
  package func standardScore(of share: Double) -> Double? {
    // If the singular values are equal in every direction, only rounding is left of the variance.
    standardDeviation < 1e-9 * mean ? nil : (share - mean) / standardDeviation
  }
}
