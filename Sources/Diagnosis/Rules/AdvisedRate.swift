extension ExaminedRun {
  /// What part of its rate a run should take if its rate is too high, in words: `a third of the rate (1e-4)`.
  ///
  /// It is one for all rules: two findings of a run must not advise two rates. Most know only that the rate is too high;
  /// rules that know by how much make it lower.
  var lowerRate: String {
    let move = FirstStepsRule.earlyMove(of: self).flatMap { $0.excess > 1 ? $0 : nil }
    let divisor = [Self.usualDivisor, UpdateSizeRule.rateDivisor(of: self), move?.rateDivisor]
      .compactMap(\.self).reduce(0, max).rounded(.up)
    // How much too high is not known then, and any number would be taken for advice.
    if move?.isBeyondReach == true { return "a far lower rate (sigmascope advise finds it)" }
    let rate = knownRate.map { " (\(Words.twoDigitRate($0 / divisor)))" } ?? ""
    // The weights, which tell more, were not looked at.
    let isBound = steps.isEmpty && move == nil
    return "\(Words.part(divisor)) of the rate\(rate)\(isBound ? " or less" : "")"
  }

  /// What a run may try if it learnt too little, in words: `three times the rate (3e-3)`; nil where another rule finds the
  /// rate too high.
  var higherRate: String? {
    let isTooHigh =
      UpdateSizeRule.rateDivisor(of: self) != nil
      || FirstStepsRule.earlyMove(of: self).map { $0.excess > 1 } == true
    guard !isTooHigh else { return nil }
    return "three times the rate"
      + (knownRate.map { " (\(Words.roundRate($0 * 3)))" } ?? "")
  }

  /// A rate of zero has no third.
  private var knownRate: Double? { settings.learningRate.flatMap { $0 > 0 ? $0 : nil } }

  /// Half a decade, as grids of rates have it.
  private static let usualDivisor = 3.0
}
