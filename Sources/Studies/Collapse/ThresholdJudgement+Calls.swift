extension ThresholdJudgement {
  /// The judgement of calls that were made by several rules, each on runs that it was not learned on.
  ///
  /// Nil without calls.
  /// - Parameters:
  ///   - calls: Whether each run was called positive.
  ///   - labels: Whether it has what is looked for, in the same order.
  init?(calls: [Bool], labels: [Bool]) {
    precondition(calls.count == labels.count, "a judgement needs one label a call")
    guard !calls.isEmpty else { return nil }
    // A call is a score of 1 or 0, cut at a half.
    let scores = zip(calls, labels).map { (score: $0 ? 1.0 : 0, label: $1) }
    self.init(
      of: YoudenThreshold(cut: 0.5), positives: scores.filter(\.label).map(\.score),
      negatives: scores.filter { !$0.label }.map(\.score))
  }
}

extension YoudenThreshold {
  fileprivate init(cut: Double) {
    value = cut
    index = 0
  }
}
