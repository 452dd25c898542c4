/// Learnt rescaling: W₊ = diag(l)·W and b₊ = l ∘ b; for a feed-forward module W₊ = W·diag(l).
///
/// | `ia3_l` | base | ΔW |
/// | --- | --- | --- |
/// | out × 1 | out × in | diag(l − 1) W, and the bias changes by (l − 1) ∘ b |
/// | 1 × in, feed-forward | out × in | W diag(l − 1) |
/// | either | in × out | the same of Wᵀ |
/// | 1 × n × 1… of a convolution | out × (in · kernel) | either of these, by the list of feed-forward modules |
///
/// **Source:** Liu et al., "Few-shot parameter-efficient fine-tuning is better and cheaper than
/// in-context learning", 2022, arXiv 2205.05638, section 3.3; the bias is PEFT's.
package enum IA3: AdapterMethod {
  package static let key = "ia3"
  package static let summary = "one learnt factor per output or input feature"
  package static let peftTypes = ["IA3"]

  static let factor = "ia3_l"
}
