import Diagnosis
import Spectra
package import Studies

/// The tables of a study as files.
package enum StudyTables {
  /// The tables, each a CSV file with one header line. The same study gives the same bytes.
  ///
  /// Numbers read back to the same double; what is missing or not finite is an empty cell.
  /// - Parameters:
  ///   - study: The runs.
  ///   - comparison: The comparison of the same runs.
  package static func files(of study: StudyResults, comparison: StudyComparison) -> [ReportFile] {
    [
      ReportFile(name: "comparison.csv", bytes: ComparisonTable.bytes(of: comparison)),
      ReportFile(name: "own_best.csv", bytes: OwnBestTable.bytes(of: comparison)),
      ReportFile(name: "early_warning.csv", bytes: WarningsTable.bytes(of: comparison)),
      ReportFile(name: "early_warning_best.csv", bytes: BestWarningsTable.bytes(of: comparison)),
      ReportFile(name: "runs.csv", bytes: RunsTable.bytes(of: study)),
      ReportFile(name: "curves.csv", bytes: CurvesTable.bytes(of: study)),
      ReportFile(name: "steps.csv", bytes: StudySpectraTable.bytes(of: study)),
    ]
      + (study.probes.isEmpty
        ? [] : [ReportFile(name: "probes.csv", bytes: ProbesTable.bytes(of: study))])
  }
}

/// comparison.csv: one row for each arm at each learning rate; medians are means over its runs.
enum ComparisonTable {
  static func bytes(of comparison: StudyComparison) -> [UInt8] {
    let metrics = MetricColumns.ordered(comparison.summaries.flatMap(\.medians.keys))
    var table = CSVTable(
      columns: ["arm"] + CSVTable.factorColumns + ["runs", "seeds"]
        + CSVTable.columns(of: "score") + ["start_score"] + CSVTable.columns(of: "gain")
        + ["collapsed", "collapse_step"] + CSVTable.differenceColumns + metrics)
    for summary in comparison.summaries {
      table.add(summary.arm)
      table.add(summary.factors)
      table.add(summary.runs)
      table.add(summary.seeds.count)
      table.add(summary.score)
      table.add(summary.startScore)
      table.add(summary.gain)
      table.add(summary.collapsed)
      table.add(summary.collapseStep)
      table.add(summary.difference)
      for metric in metrics { table.add(summary.medians[metric]) }
      table.endRow()
    }
    return table.bytes
  }
}

/// own_best.csv: one row for each arm. The numbers of a list are separated by spaces. Each list except the
/// rates has one number for each judged seed.
enum OwnBestTable {
  static func bytes(of comparison: StudyComparison) -> [UInt8] {
    var table = CSVTable(
      columns: ["arm", "rates", "seeds", "chosen_rates", "scores"] + CSVTable.columns(of: "score")
        + CSVTable.differenceColumns)
    for best in comparison.ownBest {
      table.add(best.arm)
      table.add(list(best.rates))
      table.add(list(best.seeds))
      table.add(list(best.chosenRates))
      table.add(list(best.scores))
      table.add(best.score)
      table.add(best.difference)
      table.endRow()
    }
    return table.bytes
  }

  private static func list(_ numbers: [some CustomStringConvertible]) -> String {
    numbers.map(\.description).joined(separator: " ")
  }
}

/// early_warning.csv: one row for each metric at each share of training.
enum WarningsTable {
  static func bytes(of comparison: StudyComparison) -> [UInt8] {
    var table = CSVTable(
      columns: ["metric", "kind", "share", "step"] + CSVTable.columns(of: "area")
        + ["orientation", "threshold"] + CSVTable.columns(of: "sensitivity")
        + CSVTable.columns(of: "specificity")
        + ["accuracy_on_other_methods", "positives", "negatives", "already_collapsed"])
    for warning in comparison.warnings {
      table.add(warning.metric)
      table.add(warning.kind.rawValue)
      table.add(warning.share)
      table.add(warning.step)
      table.add(warning.area)
      table.add(warning.interval)
      table.add(warning.orientation.rawValue)
      table.add(warning.threshold)
      table.add(warning.sensitivity)
      table.add(warning.sensitivityInterval)
      table.add(warning.specificity)
      table.add(warning.specificityInterval)
      table.add(warning.accuracyOnOtherMethods)
      table.add(warning.positives)
      table.add(warning.negatives)
      table.add(warning.alreadyCollapsed)
      table.endRow()
    }
    return table.bytes
  }
}

/// early_warning_best.csv: one row for each pool of metrics at each share of training. `chosen` lists metrics
/// separated by spaces, one for each seed that was left out.
enum BestWarningsTable {
  static func bytes(of comparison: StudyComparison) -> [UInt8] {
    var table = CSVTable(
      columns: ["pool", "share", "chosen"] + CSVTable.columns(of: "sensitivity")
        + CSVTable.columns(of: "specificity") + ["positives", "negatives"])
    for best in comparison.bestWarnings {
      table.add(best.pool.rawValue)
      table.add(best.share)
      table.add(best.chosen.joined(separator: " "))
      table.add(best.sensitivity)
      table.add(best.sensitivityInterval)
      table.add(best.specificity)
      table.add(best.specificityInterval)
      table.add(best.positives)
      table.add(best.negatives)
      table.endRow()
    }
    return table.bytes
  }
}

/// runs.csv: one row for each run, with the medians of its last step and its probes. Of runs that were made elsewhere it says
/// what the rules of health found: one that diverged did not collapse.
enum RunsTable {
  static func bytes(of study: StudyResults) -> [UInt8] {
    let metrics = MetricColumns.ordered(
      study.runs.flatMap { run in run.lastSummary.map { Array($0.medians.keys) } ?? [] })
    let probes = Set(study.runs.flatMap(\.probes.keys)).sorted()
    let isJudged = study.runs.contains { $0.status != nil }
    var table = CSVTable(
      columns: ["run", "arm"] + CSVTable.factorColumns + [
        "seed", "trained_parameters", "start_score", "final_score", "collapsed", "collapse_step",
        "failure", "last_step",
      ] + (isJudged ? ["status", "status_step"] : []) + metrics + probes.map { "probe_\($0)" })
    for run in study.runs {
      table.add(run.name)
      table.add(run.arm)
      table.add(run.factors)
      table.add(run.seed)
      table.add(run.trainedParameters)
      table.add(run.startScore)
      table.add(run.finalScore)
      let isCollapsed = run.isCollapsed && run.status != .diverged
      table.add(isCollapsed)
      table.add(isCollapsed ? run.lossStep : nil)
      table.add(run.failure ?? "")
      table.add(run.lastSummary?.step)
      if isJudged {
        table.add(run.status?.rawValue ?? "")
        table.add(run.statusStep)
      }
      for metric in metrics { table.add(run.final(metric)) }
      for probe in probes { table.add(run.probes[probe]) }
      table.endRow()
    }
    return table.bytes
  }
}

/// probes.csv: one row for each start with one seed that was probed for the rate at which it dies.
enum ProbesTable {
  static func bytes(of study: StudyResults) -> [UInt8] {
    var table = CSVTable(
      columns: ["probe", "arm"] + CSVTable.factorColumns + [
        "seed", "trained_parameters", "step_curvature", "mask_mismatch", "predicted_death_rate",
        "bisected_death_rate", "short_runs",
      ])
    for probe in study.probes {
      table.add(probe.name)
      table.add(probe.arm)
      table.add(probe.factors)
      table.add(probe.reading.seed)
      table.add(probe.trainedParameters)
      table.add(probe.reading.curvature)
      table.add(probe.reading.maskMismatch)
      table.add(probe.reading.crossing)
      table.add(probe.reading.bisected)
      table.add(probe.reading.shortRuns.count)
      table.endRow()
    }
    return table.bytes
  }
}

/// curves.csv: one row for each logged number, by run, name and step.
enum CurvesTable {
  static func bytes(of study: StudyResults) -> [UInt8] {
    var table = CSVTable(columns: ["run", "step", "name", "value"])
    for run in study.runs {
      for (name, curve) in run.curves.sorted(by: { $0.key < $1.key }) {
        for point in curve {
          table.add(run.name)
          table.add(point.step)
          table.add(name)
          table.add(point.value)
          table.endRow()
        }
      }
    }
    return table.bytes
  }
}

/// steps.csv: one row for each measured step of each run, with the median of each metric over matrices.
enum StudySpectraTable {
  static func bytes(of study: StudyResults) -> [UInt8] {
    let metrics = MetricColumns.ordered(study.metricNames)
    var table = CSVTable(
      columns: ["run", "step", "changed_modules", "modules", "collapse_score"] + metrics)
    for run in study.runs {
      for summary in run.steps {
        table.add(run.name)
        table.add(summary.step)
        table.add(summary.changedModules)
        table.add(summary.modules)
        table.add(summary.collapseScore)
        for metric in metrics { table.add(summary.medians[metric]) }
        table.endRow()
      }
    }
    return table.bytes
  }
}

/// claims.csv: one row for each claim.
enum ClaimsTable {
  static func bytes(of claims: [JudgedClaim]) -> [UInt8] {
    var table = CSVTable(
      columns: ["number", "claim", "verdict", "measured", "reported", "source", "rule"])
    for claim in claims {
      table.add(claim.number)
      for text in [
        claim.statement, claim.finding.verdict.rawValue, claim.finding.measured, claim.reported,
        claim.source, claim.rule,
      ] { table.add(text) }
      table.endRow()
    }
    return table.bytes
  }
}
