/// What the value heads say about the prefixes of a rollout's answers.
public struct ValueEstimate: Sendable, Equatable {
  /// For every token of every completion, what each head says about the prefix before it.
  package let heads: [[[Double]]]

  package init(heads: [[[Double]]]) { self.heads = heads }

  /// Their mean: the value.
  public var means: [[Double]] { heads.map { $0.map { $0.reduce(0, +) / Double($0.count) } } }

  /// Their standard deviation (with K); nil for a single head, which cannot disagree.
  public var deviations: [[Double]]? {
    guard heads.lazy.flatMap({ $0 }).contains(where: { $0.count > 1 }) else { return nil }
    return heads.map { tokens in
      tokens.map { heads in
        let mean = heads.reduce(0, +) / Double(heads.count)
        let squares = heads.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (squares / Double(heads.count)).squareRoot()
      }
    }
  }

  /// The share of the variance of returns that the mean explains: 1 − Σ(R − V)² / Σ(R − R̄)². 0 if all returns are equal.
  func explainedVariance(of returns: [[Double]]) -> Double {
    let (values, targets) = (means.flatMap { $0 }, returns.flatMap { $0 })
    let mean = targets.reduce(0, +) / Double(max(targets.count, 1))
    let spread = targets.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let error = zip(targets, values).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return spread > 0 ? 1 - error / spread : 0
  }
}
