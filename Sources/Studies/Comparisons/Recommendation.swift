import Diagnosis

/// Which arm to take at which rate, from each arm at its own best rate, and where the rates that were tried do not reach.
struct Recommendation {
  /// Empty if no arm was run at several rates.
  let sentences: [String]

  /// - Parameters:
  ///   - arms: Each at its own best rate, with its difference to the baseline.
  ///   - shouldRise: Whether a higher score is better.
  init(of arms: [OwnBest], shouldRise: Bool) {
    let sign = shouldRise ? 1.0 : -1
    let tried = arms.filter { $0.rates.count > 1 }
    guard let best = tried.max(by: { sign * $0.score.mean < sign * $1.score.mean }) else {
      sentences = []
      return
    }
    let rivals = tried.filter { $0.arm != best.arm && Self.overlap($0.score, best.score) }
    var sentences = ["Take \(Self.words(best))."]
    if !rivals.isEmpty {
      sentences.append(
        "Within its interval: \(rivals.map(Self.words).joined(separator: "; ")).")
    }
    let edges = tried.compactMap(Self.edge)
    if !edges.isEmpty {
      sentences.append(
        "The best rate lies at the edge of those tried: \(edges.joined(separator: "; ")).")
    }
    self.sentences = sentences
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
    guard let least = arm.rates.first, let most = arm.rates.last else { return nil }
    if rate == least { return "\(arm.arm), add \(Words.roundRate(rate / 3))" }
    return rate == most ? "\(arm.arm), add \(Words.roundRate(rate * 3))" : nil
  }
}
