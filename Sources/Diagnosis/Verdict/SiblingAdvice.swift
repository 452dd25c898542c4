import LinearAlgebra
import Spectra

extension [RunAnalysis] {
  /// The runs, and in the advice for each one that died what those beside it say that lived.
  package func advisingEachOther() -> [RunAnalysis] {
    map { run in
      guard let advice = SiblingAdvice(for: run, among: self)?.words, !run.verdict.symptoms.isEmpty
      else {
        return run
      }
      var run = run
      run.verdict.symptoms[0].advice += " " + advice
      return run
    }
  }
}

/// What the other runs of an analysis say to one that died: which rate lived with its start, and which start lived with
/// its rate. Only runs of the same kind, base and targets count, and only what was measured is said.
struct SiblingAdvice {
  private let run: RunAnalysis
  private let rate: Double
  /// Those that lived and got better, and their rates.
  private let living: [(run: RunAnalysis, rate: Double)]

  /// Nil if the run lived, if its rate is not known, or if nothing lived beside it.
  init?(for run: RunAnalysis, among runs: [RunAnalysis]) {
    guard run.verdict.status >= .diverged, let rate = run.settings.learningRate, rate > 0 else {
      return nil
    }
    let living = runs.compactMap { other -> (RunAnalysis, Double)? in
      guard other.name != run.name, other.verdict.status == .healthy,
        other.settings.kind == run.settings.kind, other.settings.targets == run.settings.targets,
        other.base?.contentHash == run.base?.contentHash, other.hasImproved,
        let rate = other.settings.learningRate, rate > 0
      else { return nil }
      return (other, rate)
    }
    guard !living.isEmpty else { return nil }
    self.run = run
    self.rate = rate
    self.living = living
  }

  var words: String {
    let evidence = (sameStart ?? best).flatMap { sizes(beside: $0.run) }
    let other = best.map { "\($0.run.method) at \(Words.rate($0.rate)) ('\($0.run.name)')" }
    let advice: String? =
      if let sameStart {
        "\(run.method) at \(Words.rate(sameStart.rate)) ('\(sameStart.run.name)') lived: that is the surer rate"
          + (other.map { ", or \($0), which lived as well." } ?? ".")
      } else if living.contains(where: { $0.run.method == run.method }) {
        "\(run.method) lived at this rate or a higher one in another run: it is at its limit, so try less"
          + (other.map { ", or \($0), which lived." } ?? ".")
      } else {
        other.map { "\($0) lived: take it." }
      }
    return [evidence, advice].compactMap(\.self).joined(separator: " ")
  }

  /// The run of the same method at a lower rate that ended best.
  private var sameStart: (run: RunAnalysis, rate: Double)? {
    best(among: living.filter { $0.run.method == run.method && $0.rate < rate })
  }

  /// The run of another method that ended best.
  private var best: (run: RunAnalysis, rate: Double)? {
    best(among: living.filter { $0.run.method != run.method })
  }

  private func best(
    among runs: [(run: RunAnalysis, rate: Double)]
  ) -> (run: RunAnalysis, rate: Double)? {
    runs.max { left, right in
      guard let first = left.run.verdict.outcome, let second = right.run.verdict.outcome else {
        return false
      }
      return first.shouldRise ? first.end < second.end : first.end > second.end
    }
  }

  /// How far both had moved the weights at the first step that both have.
  private func sizes(beside other: RunAnalysis) -> String? {
    let (own, theirs) = (run.sizes, other.sizes)
    guard let step = Set(own.keys).intersection(theirs.keys).min(), let size = own[step],
      let otherSize = theirs[step]
    else { return nil }
    return
      "At step \(step) \(run.method) at \(Words.rate(rate)) had moved the weights by \(Words.multiple(size)) the "
      + "base, '\(other.name)', which lived, by \(Words.size(otherSize))."
  }
}

extension RunAnalysis {
  /// Whether it got better by more than noise.
  fileprivate var hasImproved: Bool {
    guard let outcome = verdict.outcome, outcome.gain > 0 else { return false }
    return curves[outcome.curveName].flatMap { CurveCourse($0) }?.mayHaveChanged ?? true
  }

  /// The median size of the updates at each step at which the weights had moved.
  fileprivate var sizes: [Int: Double] {
    Dictionary(
      steps.compactMap { summary in
        summary.medians[RelativeUpdateNorm.name].flatMap { $0 > 0 ? (summary.step, $0) : nil }
      }, uniquingKeysWith: { first, _ in first })
  }
}
