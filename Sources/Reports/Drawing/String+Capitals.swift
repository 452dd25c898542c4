extension String {
  /// With its first letter large. A first word that is written its own way, such as nDCG or λ, stays as it is.
  var capitalizedFirst: String {
    let word = prefix { !$0.isWhitespace }
    let isPlain = word.allSatisfy(\.isASCII) && !word.contains(where: \.isUppercase)
    return isPlain ? prefix(1).uppercased() + dropFirst() : self
  }

  /// The words of a name, as people write them: `roc-area` is `ROC area`, `stable_rank` is `stable rank`.
  var spelledOut: String {
    split { "-_".contains($0) }.map { Self.ownSpellings[$0] ?? String($0) }.joined(separator: " ")
  }

  private static let ownSpellings: [Substring: String] = [
    "bf16": "bfloat16", "kl": "KL", "mrr": "MRR", "ndcg": "nDCG", "roc": "ROC",
  ]
}
