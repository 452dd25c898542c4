import Foundation

/// Binary cross-entropy of telling reference traces from others at every token, with smoothed labels.
///
/// D = σ(f), and f is the logit. A sequence counts as the mean over its tokens, and a class as the mean over its
/// sequences; both classes weigh ½, whatever their numbers (the source averages over all sequences; here 16 references
/// face 256 answers).
package enum DiscriminatorLoss {
  /// What the labels 1 and 0 lose.
  package static let smoothing = 0.1

  /// The loss, and its derivatives by the logits.
  /// - Parameters:
  ///   - logits: f of every token of every sequence.
  ///   - isReference: Which sequences are references.
  package static func value(
    _ logits: [[Double]], isReference: [Bool]
  ) -> (loss: Double, slopes: [[Double]]) {
    let references = isReference.count { $0 }
    let counts = (references, isReference.count - references)
    var loss = 0.0
    let slopes = zip(logits, isReference).map { logits, isReference in
      let target = isReference ? 1 - smoothing : smoothing
      let weight =
        0.5 / Double(max(isReference ? counts.0 : counts.1, 1)) / Double(max(logits.count, 1))
      return logits.map { logit in
        // log(1 + eᶠ) − target · f, without overflow.
        loss += weight * (max(logit, 0) + log1p(exp(-abs(logit))) - target * logit)
        return weight * (1 / (1 + exp(-logit)) - target)
      }
    }
    return (loss, slopes)
  }
}
