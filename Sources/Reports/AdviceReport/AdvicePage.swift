import Diagnosis
import Studies

/// report.html of the rates that starts bear.
struct AdvicePage {
  let advice: RateAdvice
  let figures: [Figure]

  func html() throws -> String {
    try Page(body: .advice).html(
      title: "Learning rates for \(advice.task)",
      [
        "sentences": advice.starts.map(advice.sentence), "starts": table.values,
        "figures": figures.map(\.values), "cautions": advice.cautions,
        "hasCautions": !advice.cautions.isEmpty, "base": advice.base,
        "bound": Words.number(StepLaw.deadlyDivergence),
        "least": Words.number(StepLaw.safeDivisors.least),
        "most": Words.number(StepLaw.safeDivisors.most),
        "command": advice.command.joined(separator: " "), "version": advice.version,
      ])
  }

  private var table: PageTable {
    PageTable(
      columns: [
        "Start", "Dies near", "95 % from", "to", "Runs died at", "Use from", "Use to",
        "Equal to \(advice.baseline)", "κ", "Mask mismatch", "Trained parameters",
      ],
      rows: advice.starts.map { start in
        PageTable.Row(cells: [
          .text(start.start), .measuredRate(start.deathRate),
          .measuredRate(start.deathInterval?.lower), .measuredRate(start.deathInterval?.upper),
          .measuredRate(start.bisected), .advisedRate(start.recommended?.lower),
          .advisedRate(start.recommended?.upper), .measuredRate(advice.equalRate(of: start)),
          .number(start.curvature), .number(start.maskMismatch), .count(start.trainedParameters),
        ])
      })
  }
}
