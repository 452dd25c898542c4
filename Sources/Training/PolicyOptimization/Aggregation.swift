/// How the losses of tokens become that of a batch: the weight of one token of each completion.
enum Aggregation {
  /// The mean over completions of their means over tokens.
  case sequenceMean
  /// The mean over all tokens.
  case tokenMean
  /// The sum over tokens, divided by completions and by the most tokens that there could be.
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
