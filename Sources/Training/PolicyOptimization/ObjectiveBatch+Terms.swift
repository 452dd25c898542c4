import Foundation

extension ObjectiveBatch {
  /// The batch as if the trained policy had sampled it, if the options ask for that.
  func prepared(_ options: ObjectiveOptions) -> ObjectiveBatch {
    guard options.forcesUnitRatio else { return self }
    var result = self
    result.oldLogProbabilities = logProbabilities
    return result
  }

  /// What the loss of a token is multiplied by.
  func samplingWeight(_ index: Int, _ place: Int) -> Double {
    samplingWeights?[index][place] ?? 1
  }

  private func meanSamplingWeight(_ index: Int) -> Double {
    guard let weights = samplingWeights?[index], !weights.isEmpty else { return 1 }
    return weights.reduce(0, +) / Double(weights.count)
  }

  /// The clipped loss with a ratio for every token.
  func tokenLevel(
    _ clip: ClippedRatio, _ aggregation: Aggregation, _ options: ObjectiveOptions
  ) -> ObjectiveValue {
    let batch = prepared(options)
    let weights = aggregation.weights(batch)
    var result = ObjectiveValue(
      loss: 0, tokenWeights: zerosLikeTokens, entropyWeights: zerosLikeTokens)
    for (index, share) in weights.enumerated() {
      for place in batch.logProbabilities[index].indices {
        let weight = share * samplingWeight(index, place)
        let ratio = exp(
          batch.logProbabilities[index][place] - batch.oldLogProbabilities[index][place])
        let term = clip.term(ratio: ratio, advantage: batch.advantages[index][place])
        result.loss += weight * term.loss
        result.tokenWeights[index][place] = weight * term.slope
        result.clippedLow += (term.isClippedLow ? 1 : 0) / Double(max(tokenCount, 1))
        result.clippedHigh += (term.isClippedHigh ? 1 : 0) / Double(max(tokenCount, 1))
      }
    }
    batch.regularize(&result, weights, options)
    return result
  }

  /// The clipped loss with one ratio for each completion.
  /// - Parameters:
  ///   - clip: ε on both sides.
  ///   - isMean: Whether the logarithm of the ratio is the mean over tokens or their sum.
  ///   - options: Coefficients of divergence and entropy.
  func sequenceLevel(
    _ clip: ClippedRatio, isMean: Bool, _ options: ObjectiveOptions
  ) -> ObjectiveValue {
    let batch = prepared(options)
    let count = Double(max(logProbabilities.count, 1))
    var result = ObjectiveValue(
      loss: 0, tokenWeights: zerosLikeTokens, entropyWeights: zerosLikeTokens)
    for index in logProbabilities.indices {
      let difference = zip(batch.logProbabilities[index], batch.oldLogProbabilities[index])
        .reduce(0) { $0 + $1.0 - $1.1 }
      let share = isMean ? 1 / Double(max(logProbabilities[index].count, 1)) : 1
      let term = clip.term(
        ratio: exp(share * difference), advantage: batch.advantages[index].first ?? 0)
      // Every token has the loss of its completion.
      let weight = meanSamplingWeight(index)
      result.loss += weight * term.loss / count
      for place in logProbabilities[index].indices {
        result.tokenWeights[index][place] = weight * share * term.slope / count
      }
      result.clippedLow += (term.isClippedLow ? 1 : 0) / count
      result.clippedHigh += (term.isClippedHigh ? 1 : 0) / count
    }
    batch.regularize(&result, Aggregation.sequenceMean.weights(batch), options)
    return result
  }

  /// Adds β·k3 and subtracts the entropy bonus.
  ///
  /// k3 = e^d − d − 1 with d = log p_base − log p: never negative, and an unbiased estimate of the divergence
  /// (Schulman, "Approximating KL divergence", 2020).
  func regularize(
    _ value: inout ObjectiveValue, _ weights: [Double], _ options: ObjectiveOptions
  ) {
    let count = Double(max(tokenCount, 1))
    if let reference = referenceLogProbabilities {
      var sum = 0.0
      for (index, weight) in weights.enumerated() {
        for place in logProbabilities[index].indices {
          let difference = reference[index][place] - logProbabilities[index][place]
          let estimate = exp(difference) - difference - 1
          sum += estimate
          value.loss += options.divergenceCoefficient * weight * estimate
          value.tokenWeights[index][place] +=
            options.divergenceCoefficient * weight * (1 - exp(difference))
        }
      }
      value.divergence = sum / count
    }
    guard options.entropyCoefficient != 0 else { return }
    for index in entropies.indices {
      for place in entropies[index].indices {
        value.loss -= options.entropyCoefficient * entropies[index][place] / count
        value.entropyWeights[index][place] -= options.entropyCoefficient / count
      }
    }
  }

  private var zerosLikeTokens: [[Double]] {
    logProbabilities.map { Array(repeating: 0, count: $0.count) }
  }
}

/// How the losses of tokens are combined into the loss of a batch: the weight of a token of each completion.
enum Aggregation {
  /// The mean over completions of their means over tokens.
  case sequenceMean
  /// The mean over all tokens.
  case tokenMean
  /// The sum over tokens, divided by the number of completions and by the maximum length.
  case fixedLength

  func weights(_ batch: ObjectiveBatch) -> [Double] {
    let count = Double(max(batch.logProbabilities.count, 1))
    return batch.logProbabilities.map { tokens in
      switch self {
      case .sequenceMean: 1 / (count * Double(max(tokens.count, 1)))
      case .tokenMean: 1 / Double(max(batch.tokenCount, 1))
      case .fixedLength: 1 / (count * Double(batch.maximumLength))
      }
    }
  }
}

/// PPO's pessimistic loss: the minimum of the ratio times the advantage, with and without clipping.
///
/// **Source:** Schulman et al., "Proximal policy optimization algorithms", 2017, arXiv 1707.06347,
/// equation 7.
struct ClippedRatio {
  /// ε below and above 1.
  let low: Double, high: Double

  /// −min(ρA, clip(ρ)A), and its derivative by log ρ.
  struct Term {
    let loss: Double
    let slope: Double
    let isClippedLow: Bool, isClippedHigh: Bool
  }

  func term(ratio: Double, advantage: Double) -> Term {
    // Also if the ratio has overflowed: a token with advantage 0 has no part in the loss.
    guard advantage != 0 else {
      return Term(loss: 0, slope: 0, isClippedLow: false, isClippedHigh: false)
    }
    let isLow = advantage < 0 && ratio < 1 - low
    let isHigh = advantage > 0 && ratio > 1 + high
    let clipped = min(max(ratio, 1 - low), 1 + high)
    return Term(
      loss: -min(ratio * advantage, clipped * advantage),
      slope: isLow || isHigh ? 0 : -ratio * advantage, isClippedLow: isLow, isClippedHigh: isHigh)
  }
}

extension PolicyObjective {
  /// The chosen clip, or the objective's own.
  static func clip(_ options: ObjectiveOptions) -> ClippedRatio {
    ClippedRatio(
      low: options.clipLow ?? usualClip.low ?? .infinity, high: options.clipHigh ?? usualClip.high)
  }
}
