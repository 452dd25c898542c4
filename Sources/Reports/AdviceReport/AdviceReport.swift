import Documents
package import Studies

/// Everything that is written about the rates that starts bear.
package enum AdviceReport {
  /// The files: tables, advice.json, plots and a page. The same advice gives the same bytes.
  /// - Parameters:
  ///   - advice: What was found.
  ///   - media: What plots are drawn for.
  package static func files(
    of advice: RateAdvice, media: Set<Medium> = [.screen]
  ) throws -> [ReportFile] {
    let figures = StepCurvePlot.figures(of: advice, width: Medium.screen.width)
    let document = try JSONDocument.bytes(of: advice)
    let page = try AdvicePage(advice: advice, figures: figures).html()
    return [
      ReportFile(name: "advice.csv", bytes: AdviceTable.bytes(of: advice)),
      ReportFile(name: "short_runs.csv", bytes: ShortRunsTable.bytes(of: advice)),
      ReportFile(name: "advice.json", bytes: document),
    ]
      + figures.files(
        for: media, narrow: StepCurvePlot.figures(of: advice, width: Medium.column.width)) + [
        ReportFile(name: "report.html", bytes: Array(page.utf8))
      ]
  }
}

extension AdviceReport {
  /// The files about a run that was trained elsewhere: its moves as a table, and probe.json.
  package static func files(of probed: ProbedRun) throws -> [ReportFile] {
    var table = CSVTable(columns: ["from_step", "to_step", "rate", "divergence"])
    for move in probed.moves {
      table.add(move.from)
      table.add(move.to)
      table.add(move.rate)
      table.add(move.divergence)
      table.endRow()
    }
    let bytes = table.bytes
    let document = try JSONDocument.bytes(of: probed)
    return [
      ReportFile(name: "moves.csv", bytes: bytes), ReportFile(name: "probe.json", bytes: document),
    ]
  }
}

/// advice.csv: a row a start.
enum AdviceTable {
  static func bytes(of advice: RateAdvice) -> [UInt8] {
    var table = CSVTable(columns: [
      "start", "trained_parameters", "death_rate", "death_rate_low", "death_rate_high",
      "recommended_low", "recommended_high", "equal_rate", "ratio_to_baseline", "curvature",
      "mask_mismatch", "bisected_death_rate",
    ])
    for start in advice.starts {
      table.add(start.start)
      table.add(start.trainedParameters)
      for number in [
        start.deathRate, start.deathInterval?.lower, start.deathInterval?.upper,
        start.recommended?.lower, start.recommended?.upper, advice.equalRate(of: start),
        advice.ratio(of: start), start.curvature, start.maskMismatch, start.bisected,
      ] {
        table.add(number)
      }
      table.endRow()
    }
    return table.bytes
  }
}

/// short_runs.csv: a row a short run.
enum ShortRunsTable {
  static func bytes(of advice: RateAdvice) -> [UInt8] {
    var table = CSVTable(columns: [
      "start", "seed", "learning_rate", "median_divergence", "curvature",
    ])
    for start in advice.starts {
      for reading in start.readings {
        for run in reading.shortRuns {
          table.add(start.start)
          table.add(reading.seed)
          table.add(run.rate)
          table.add(run.value)
          table.add(reading.curvature)
          table.endRow()
        }
      }
    }
    return table.bytes
  }
}
