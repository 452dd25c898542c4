import Foundation

/// Clipped importance sampling weights: the ratio is capped and treated as a constant, so that no token
/// loses its gradient.
///
/// Differs from GRPO's clip: `clipHigh` is the cap itself, 5 by default, not a distance from 1.
///
/// **Source:** MiniMax, "MiniMax-M1", 2025, arXiv 2506.13585, equation 4.
package struct CISPO: PolicyObjective {
  package static let name = "cispo"
  package static let summary = "capped ratios as constant weights, mean over tokens"
  package static let usualClip = ObjectiveClip(low: nil, high: 5)
  private let options: ObjectiveOptions

  package init(options: ObjectiveOptions) { self.options = options }

  package func evaluate(_ batch: ObjectiveBatch) -> ObjectiveValue {
    let cap = options.clipHigh ?? Self.usualClip.high
    let prepared = batch.prepared(options)
    let weights = Aggregation.tokenMean.weights(prepared)
    var result = ObjectiveValue(loss: 0, tokenWeights: [], entropyWeights: [])
    for (index, tokens) in prepared.logProbabilities.enumerated() {
      var slopes = [Double]()
      for (place, logProbability) in tokens.enumerated() {
        let ratio = exp(logProbability - prepared.oldLogProbabilities[index][place])
        let advantage = prepared.advantages[index][place]
        let weight = weights[index] * prepared.samplingWeight(index, place)
        let slope = -weight * min(ratio, cap) * advantage
        slopes.append(slope)
        result.loss += slope * logProbability
        result.clippedHigh += (ratio > cap ? 1 : 0) / Double(max(batch.tokenCount, 1))
      }
      result.tokenWeights.append(slopes)
      result.entropyWeights.append(Array(repeating: 0, count: tokens.count))
    }
    prepared.regularize(&result, weights, options)
    return result
  }
}
