import Diagnosis
import Reports
import Spectra
import Studies
import Testing

@Suite("Tables of a study") struct StudyTableTests {
  private static let study = StudyResults(
    title: "t", common: Factors(adapter: "lora", learningRate: 1e-3), baseline: "lora",
    runs: ["lora", "pissa"].flatMap { arm in (0..<6).map { run(arm, seed: $0) } })

  /// Half of the runs fall at step 60.
  private static func run(_ arm: String, seed: Int) -> StudyRun {
    let factors = Factors(
      adapter: arm, learningRate: 1e-3, rank: 8, samplesWithDropout: false, targets: [], steps: 100)
    let falls = seed % 2 == 1
    return StudyRun(
      name: "\(arm), seed \(seed)", arm: arm, factors: factors, seed: seed,
      curves: [
        "reward": (1...100).map {
          CurvePoint(step: $0, value: falls && $0 >= 60 ? 0 : 0.5 + 0.1 * Double(seed) / 3)
        }
      ],
      steps: [2, 5, 10, 100].map {
        StepSummary(
          step: $0, medians: ["stable_rank": 1.0 / 3 + Double(seed), "own": 0.1],
          changedModules: 4, modules: 5, nonFiniteModules: [], collapseScore: nil)
      }, probes: seed == 0 ? ["curvature": 0.1] : [:])
  }

  /// The rows of a table as cells by column; no cell contains a line break.
  private func rows(_ name: String, of study: StudyResults = Self.study) throws -> [[String:
    String]]
  {
    let comparison = StudyComparison(
      of: study, bootstrap: BootstrapInterval(.percentile, resamples: 20))
    let file = try #require(
      StudyTables.files(of: study, comparison: comparison).first { $0.name == name })
    let lines = String(decoding: try file.bytes, as: UTF8.self).split(separator: "\n").map(cells)
    let header = try #require(lines.first)
    #expect(Set(header).count == header.count)
    return try lines.dropFirst().map { cells in
      try #require(cells.count == header.count)
      return Dictionary(uniqueKeysWithValues: zip(header, cells))
    }
  }

  private func cells(_ line: Substring) -> [String] {
    var cells = [""]
    var isQuoted = false
    for character in line {
      switch character {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted: cells.append("")
      default: cells[cells.count - 1].append(character)
      }
    }
    return cells
  }

  @Test(arguments: [
    ("comparison.csv", 2), ("own_best.csv", 2), ("runs.csv", 12), ("curves.csv", 1200),
    ("steps.csv", 48),
  ])
  func `a table has one row for each thing that it is of`(name: String, count: Int) throws {
    #expect(try rows(name).count == count)
  }

  @Test func `a run has its factors, scores, collapse, metrics and probes`() throws {
    let rows = try rows("runs.csv")
    let first = rows[0]
    #expect(first["run"] == "lora, seed 0" && first["adapter"] == "lora" && first["rank"] == "8")
    #expect(first["samples_with_dropout"] == "false" && first["targets"] == "all")
    #expect(first["dropout"] == "" && first["collapsed"] == "false" && first["failure"] == "")
    #expect(
      first["stable_rank"].flatMap(Double.init) == 1.0 / 3 && first["probe_curvature"] == "0.1")
    #expect(rows[1]["collapsed"] == "true" && rows[1]["collapse_step"] == "60")
    #expect(rows[1]["probe_curvature"] == "")
  }

  @Test func `a run that diverged did not collapse`() throws {
    var study = Self.study
    #expect(try rows("runs.csv")[0]["status"] == nil)
    for (place, status) in [Verdict.Status.diverged, .collapsed, .nonFinite].enumerated() {
      study.runs[place].status = status
      study.runs[place].statusStep = 7
    }
    let rows = try rows("runs.csv", of: study)
    #expect(rows.prefix(3).map { $0["collapsed"] } == ["false", "true", "true"])
    #expect(rows.prefix(3).map { $0["collapse_step"] } == ["", "7", "7"])
    #expect(rows.prefix(3).map { $0["status"] } == ["diverged", "collapsed", "non_finite"])
    #expect(rows[0]["status_step"] == "7" && rows[3]["status"] == "")
  }

  @Test func `the comparison reads back to what was computed`() throws {
    let summary = StudyComparison(of: Self.study).summaries[0]
    let row = try rows("comparison.csv")[0]
    #expect(row["score"].flatMap(Double.init) == summary.score?.mean)
    #expect(row["gain"].flatMap(Double.init) == summary.gain?.mean)
    #expect(row["collapsed"] == "3" && row["runs"] == "6" && row["difference"] == "0.0")
    #expect(row["own"].flatMap(Double.init) == summary.medians["own"])
  }

  @Test func `a warning says its metric, share, side and counts`() throws {
    let row = try #require(
      try rows("early_warning.csv").first { $0["metric"] == "stable_rank" && $0["share"] == "0.02" }
    )
    #expect(row["step"] == "2" && row["kind"] == "spectral" && row["orientation"] == "rises")
    #expect(row["positives"] == "6" && row["negatives"] == "6")
    let best = try rows("early_warning_best.csv")
    #expect(Set(best.compactMap { $0["pool"] }) == ["spectral", "rivals", "all"])
  }

  @Test func `a study without runs has tables of one line`() throws {
    var empty = Self.study
    empty.runs = []
    for file in StudyTables.files(of: empty, comparison: StudyComparison(of: empty)) {
      #expect(try file.bytes.count { $0 == UInt8(ascii: "\n") } == 1)
    }
  }

  @Test func `registry metrics come first in the order of the registry`() throws {
    let files = StudyTables.files(of: Self.study, comparison: StudyComparison(of: Self.study))
    let steps = try #require(files.first { $0.name == "steps.csv" })
    let header = String(decoding: try steps.bytes, as: UTF8.self).prefix { $0 != "\n" }
    #expect(header == "run,step,changed_modules,modules,collapse_score,stable_rank,own")
  }
}
