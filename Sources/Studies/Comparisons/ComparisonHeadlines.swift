import Diagnosis

/// What the comparison of a group found, in sentences, each backed by its tables.
struct ComparisonHeadlines {
  private let study: StudyResults
  private let comparison: StudyComparison

  init(of study: StudyResults, _ comparison: StudyComparison) {
    self.study = study
    self.comparison = comparison
  }

  var sentences: [String] {
    Recommendation(
      of: comparison.ownBest, comparison.summaries, shouldRise: study.measure.shouldRise
    ).sentences
      + [lost, unpaired, tests].compactMap(\.self) + differences
  }

  private var lost: String? {
    let lost = comparison.summaries.filter { $0.collapsed > 0 }
    guard !lost.isEmpty else { return nil }
    return "Lost: "
      + lost.map { "\($0.title) (\($0.collapsed) of \($0.runs))" }.joined(separator: ", ") + "."
  }

  private var isJudged: Bool { study.arms.count > 1 && study.measure.quantity != nil }
  private var isOneRunEach: Bool { comparison.summaries.allSatisfy { $0.runs == 1 } }

  /// Why nothing stands in the column of differences.
  private var unpaired: String? {
    let isPaired = comparison.summaries.contains {
      $0.arm != study.baseline && $0.difference != nil
    }
    return !isJudged || isPaired
      ? nil
      : "No arm is known to share a learning rate and a seed with \(study.baseline): none is set against it."
  }

  /// That differences cannot be told from chance.
  private var tests: String? {
    isJudged && isOneRunEach
      ? "One run of each arm: no test is possible, and any difference may be chance." : nil
  }

  /// Each arm beside the baseline at the same rate, on common seeds.
  private var differences: [String] {
    let paired = comparison.summaries.filter { $0.arm != study.baseline && $0.difference != nil }
    let compared = paired.filter { ($0.difference?.estimate.count ?? 0) >= Self.leastSeeds }
    let sign = study.measure.shouldRise ? 1.0 : -1
    let (better, worse) = (
      compared.filter { $0.bound(sign) > 0 }, compared.filter { $0.bound(-sign) > 0 }
    )
    let same = compared.filter { $0.bound(sign) <= 0 && $0.bound(-sign) <= 0 }
    return [
      sentence("Better than \(study.baseline)", better),
      sentence("Worse than \(study.baseline)", worse),
      sentence("No measurable difference from \(study.baseline)", same),
      // Of one run each it was said already.
      isOneRunEach
        ? nil
        : sentence(
          "Too few seeds in common with \(study.baseline) to tell a difference from chance",
          paired.filter { ($0.difference?.estimate.count ?? 0) < Self.leastSeeds }),
    ].compactMap(\.self)
  }

  /// The interval of two differences is the two themselves: with chance alone both have one sign in half of all studies.
  private static let leastSeeds = 3

  private func sentence(_ words: String, _ summaries: [ArmSummary]) -> String? {
    guard !summaries.isEmpty else { return nil }
    return words + ": "
      + summaries.map { summary in
        let seeds = summary.difference?.estimate.count ?? 0
        let score = summary.score.map { "\(Words.number($0.mean)), " } ?? ""
        return "\(summary.title) (\(score)\(seeds) \(seeds == 1 ? "seed" : "seeds"))"
      }.joined(separator: ", ") + "."
  }
}

extension ArmSummary {
  /// The arm and its rate, as they are said: `pissa at 0.003`.
  public var title: String {
    arm + (factors.learningRate.map { " at \(Words.rate($0))" } ?? "")
  }

  /// How far the interval of the difference lies on one side of zero, at least; negative if it does not.
  fileprivate func bound(_ sign: Double) -> Double {
    guard let interval = difference?.estimate.interval else { return -1 }
    return sign > 0 ? interval.lower : -interval.upper
  }
}
