import Diagnosis

/// Which arm to take at which rate, from each arm at its own best rate, and where the rates that were tried do not reach.
struct Recommendation {
  /// Empty if no arm was run at several rates.
  let sentences: [String]

  /// - Parameters:
  ///   - arms: Each at its own best rate, with its difference to the baseline.
  ///   - summaries: Each arm at each rate.
  ///   - shouldRise: Whether a higher score is better.
  init(of arms: [OwnBest], _ summaries: [ArmSummary], shouldRise: Bool) {
    let sign = shouldRise ? 1.0 : -1
    guard arms.contains(where: { $0.rates.count > 1 }),
      let best = arms.max(by: { sign * $0.score.mean < sign * $1.score.mean })
    else {
      sentences = []
      return
    }
    let gains = summaries.compactMap { $0.gain?.mean }
    if !gains.isEmpty, gains.allSatisfy({ sign * $0 <= 0 }) {
      sentences = Self.nothingLearnt(best, summaries)
      return
    }
    let rivals = arms.filter { $0.arm != best.arm && Self.overlap($0.score, best.score) }
    var sentences = ["Take \(Self.words(best))."]
    if !rivals.isEmpty {
      sentences.append(
        "Within its interval: \(rivals.map(Self.words).joined(separator: "; ")).")
    }
    if arms.count > 1, best.score.count < Self.leastSeeds {
      sentences.append(
        "That is from \(best.score.count == 1 ? "1 seed" : "\(best.score.count) seeds"): the arms may differ by chance alone."
      )
    }
    let single = ([best] + rivals).filter { $0.rates.count == 1 }.map(\.arm)
    if !single.isEmpty {
      sentences.append(
        "Run at one rate alone, and perhaps better at another: \(single.joined(separator: "; ")).")
    }
    let edges = arms.compactMap(Self.edge)
    if !edges.isEmpty {
      sentences.append(
        "The best rate lies at the edge of those tried: \(edges.joined(separator: "; ")).")
    }
    self.sentences = sentences
  }

  /// The interval of two numbers is the two themselves.
  private static let leastSeeds = 3

  /// No rate is to be taken where no arm ends better than it began.
  private static func nothingLearnt(_ best: OwnBest, _ summaries: [ArmSummary]) -> [String] {
    if summaries.allSatisfy({ $0.startScore == 0 && $0.score?.mean == 0 }) {
      return [
        "Nothing was learnt: every score is 0, from start to end. What never succeeds is never rewarded.",
        "Take easier problems first, or a base that solves some of these.",
      ]
    }
    return ["Nothing was learnt: no arm ends better than it began. The best is \(words(best))."]
  }

  private static func words(_ arm: OwnBest) -> String {
    let interval = arm.score.interval.map {
      " [\(Words.number($0.lower)), \(Words.number($0.upper))]"
    }
    let score = "\(Words.number(arm.score.mean))\(interval ?? "")"
    // What other seeds chose is the honest score; where they chose other rates, it is not that of the best one.
    let best = "\(arm.arm) at \(Words.rate(arm.bestRate))"
    return Set(arm.chosenRates) == [arm.bestRate]
      ? "\(best) (\(score))"
      : "\(best) (\(Words.number(arm.bestRateMean)) there; \(score) where other seeds choose the rate)"
  }

  private static func overlap(_ one: Estimate, _ other: Estimate) -> Bool {
    guard let first = one.interval, let second = other.interval else { return true }
    return first.lower <= second.upper && second.lower <= first.upper
  }

  /// The rate to try next, a factor of three beyond the best.
  private static func edge(_ arm: OwnBest) -> String? {
    let rate = arm.bestRate
    guard let least = arm.rates.first, let most = arm.rates.last, least < most else { return nil }
    if rate == least { return "\(arm.arm), add \(Words.roundRate(rate / 3))" }
    return rate == most ? "\(arm.arm), add \(Words.roundRate(rate * 3))" : nil
  }
}
