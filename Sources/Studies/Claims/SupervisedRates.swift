import Foundation
import LinearAlgebra

/// Claim 34: how far each start bears supervised training.
package enum PrincipalStartDegradesFirst: Claim {
  package static let number = 34
  package static let statement =
    "Under supervised training PiSSA loses accuracy at lower rates than LoRA, DoRA, Init[AB] and MiLoRA."
  package static let source = "“Learning Rate Matters”, 2026, arXiv 2602.04998, table of rates"
  package static let reported = """
    Qwen3-0.6B on MetaMath: a tenth of the own best score is lost (interpolated in its table) at 1.8e-4 with PiSSA, and at \
    4.4 times that with LoRA, 4.3 with DoRA, 3.7 with Init[AB], 3.2 with MiLoRA.
    """
  package static let rule = """
    Of each seed and method the highest rate at which the score is nine tenths of that seed's best, interpolated in the \
    logarithm of the rate to the next one. The ratio of each of the four to PiSSA lies above a quarter of a decade, the step \
    of the published grid, with the whole 95 % interval over at least 3 seeds. All four must hold; one on the other side \
    refutes it. A seed that loses nothing at its highest rate has no such rate.
    """

  /// The share of the best score that is still there.
  private static let share = 0.9
  private static let margin = log(10.0) / 4

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let methods = ["pissa", "lora", "dora", "init-ab", "milora"].map { adapter in
      (name: adapter, rates: edges(of: study.curve(adapter) { $0.objective = "sft" }))
    }
    func test(_ index: Int, by other: Int) -> MarginTest {
      let (one, divisor) = (methods[index], methods[other])
      return MarginTest(
        "rate at which a tenth of the best score is lost, \(one.name) by \(divisor.name)",
        needs:
          "\(one.name) and \(divisor.name) with demonstrations, up to a rate that costs a tenth",
        values: SeedGroup.paired(one.rates, divisor.rates) { log($0 / $1) }, .above, margin: margin,
        scale: .logarithm)
    }
    return .all(
      of: (1...4).map { test($0, by: 0) }, aside: [2, 3, 4].map { test($0, by: 1) })
  }

  /// For each seed the rate at which a tenth of its best score is lost.
  private static func edges(of curve: [StudyRun]) -> [Int: Double] {
    Dictionary(grouping: curve.filter { $0.seed != nil }, by: { $0.seed ?? 0 }).compactMapValues {
      let points = $0.compactMap { run in
        run.factors.learningRate.flatMap { rate in run.finalScore.map { (rate: rate, score: $0) } }
      }.sorted { $0.rate < $1.rate }
      return edge(of: points)
    }
  }

  /// Nil if the highest rate costs less, or if there is no score to lose.
  private static func edge(of points: [(rate: Double, score: Double)]) -> Double? {
    guard let best = points.map(\.score).max(), best > 0,
      let last = points.lastIndex(where: { $0.score >= share * best }), last + 1 < points.count
    else { return nil }
    let (kept, lost) = (points[last], points[last + 1])
    let part = (kept.score - share * best) / (kept.score - lost.score)
    return kept.rate * pow(lost.rate / kept.rate, part)
  }
}
