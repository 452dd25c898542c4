import Diagnosis
import Documents
import Spectra

/// What is printed about an analysis: of several runs a table, then of each run that needs attention what was found and
/// what to change.
struct AnalysisOutput {
  private let analysis: Analysis
  private let isVerbose: Bool

  /// - Parameter isVerbose: Whether sentences about the weights are printed for several runs too.
  init(_ analysis: Analysis, isVerbose: Bool) {
    self.analysis = analysis
    self.isVerbose = isVerbose
  }

  func show() {
    let isAlone = analysis.runs.count == 1
    if !isAlone { showTable() }
    for run in analysis.runs {
      let verdict = run.verdict
      if isAlone || isVerbose || verdict.status > .unchanged {
        Terminal.show(
          "\(run.name): \(verdict.headline)", coloring: run.name.shownLine.count,
          verdict.status.ink)
        for symptom in verdict.symptoms { show(symptom, of: verdict) }
      }
      if isAlone || isVerbose {
        if let best = verdict.best {
          Terminal.show("  Best checkpoint: \(best.step). \(best.reason)")
        }
        for sentence in verdict.sentences { Terminal.show("  \(sentence)") }
      }
    }
  }

  private func show(_ symptom: Symptom, of verdict: Verdict) {
    // The headline says it already.
    if !verdict.headline.contains(symptom.evidence) { Terminal.show("  \(symptom.evidence)") }
    Terminal.show("  Why: \(symptom.cause)")
    Terminal.show("  Do: \(symptom.advice) (\(symptom.rule) in docs/health.md)")
  }

  private func showTable() {
    var table = TextTable(columns: [
      "run", "method", "rate", "state", "outcome", "by", "size", "rank",
    ])
    for run in analysis.runs {
      let last = run.steps.last?.medians ?? [:]
      table.add([
        run.name.shownLine, run.method, run.settings.learningRate.map(Words.rate) ?? "",
        run.verdict.status.word,
        run.verdict.outcome.map { "\(Words.number($0.start)) → \(Words.number($0.end))" } ?? "",
        run.verdict.outcome?.column ?? "", last[RelativeUpdateNorm.name].map(Words.size) ?? "",
        last[EnergyRank99.name].map(Words.number) ?? "",
      ])
    }
    let lines = table.lines()
    Terminal.show(lines[0])
    for (run, line) in zip(analysis.runs, lines.dropFirst()) {
      Terminal.show(line, coloring: run.name.shownLine.count + 2, run.verdict.status.ink)
    }
  }
}
