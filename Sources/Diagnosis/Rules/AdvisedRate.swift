extension ExaminedRun {
  /// What part of its rate a run should take if its rate is too high, in words: `a third of the rate (1e-4)`.
  ///
  /// It is one for all rules: two findings of a run must not advise two rates. Most know only that the rate is too high;
  /// rules that know by how much make it lower.
  var lowerRate: String {
    let move = FirstStepsRule.earlyMove(of: self).flatMap { $0.excess > 1 ? $0 : nil }
    let divisor = [Self.usualDivisor, UpdateSizeRule.rateDivisor(of: self), move?.rateDivisor]
      .compactMap(\.self).reduce(0, max).rounded(.up)
    let rate = settings.learningRate.map { Words.roundRate($0 / divisor) }
    if move?.isBeyondReach == true {
      return
        "less than \(Self.part(divisor)) of the rate (\(rate.map { "\($0); " } ?? "")sigmascope advise finds it)"
    }
    return "\(Self.part(divisor)) of the rate\(rate.map { " (\($0))" } ?? "")"
  }

  /// Half a decade, as grids of rates have it.
  private static let usualDivisor = 3.0

  private static func part(_ divisor: Double) -> String {
    switch divisor {
    case 3: "a third"
    case 4: "a quarter"
    case 5: "a fifth"
    case 10: "a tenth"
    default: "1/\(Words.number(divisor))"
    }
  }
}
