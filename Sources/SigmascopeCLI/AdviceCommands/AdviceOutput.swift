import Diagnosis
import Experiments
import Foundation
import Reports
import Studies

/// What is printed and written about the rates that starts bear.
struct AdviceOutput: Sendable {
  private let folder: URL
  private let media: Set<Medium>
  private let isQuiet: Bool

  init(folder: String, media: Set<Medium>, isQuiet: Bool) {
    self.folder = URL(fileURLWithPath: folder, isDirectory: true).standardizedFileURL
    self.media = media
    self.isQuiet = isQuiet
  }

  /// Throws unless a report can be written, before anything is computed.
  func checkFolder() throws { try ReportFolder.checkReplaceable(folder) }

  /// Says which report will be replaced, once nothing that was given can be refused any more.
  func announceReplacement() {
    if !isQuiet { Terminal.announceReplacement(of: folder) }
  }

  /// Shows how far the probes are.
  @Sendable func show(_ progress: WorkProgress<String>) {
    guard !isQuiet, Terminal.isInteractive else { return }
    let left = progress.remaining.map { ", about \(ProgressLine.time($0)) left" } ?? ""
    Terminal.replaceLine(
      with: progress.done == progress.total
        ? "" : "\(progress.done)/\(progress.total) probes\(left)  \(progress.last)")
  }

  /// Writes the report in place of an older one, and prints what was found.
  /// - Throws: ``OutputError``.
  func write(_ advice: RateAdvice) throws {
    try ReportFolder.write(try AdviceReport.files(of: advice, media: media), to: folder)
    guard !isQuiet else { return }
    for start in advice.starts { Terminal.show(advice.sentence(of: start)) }
    for line in table(advice).lines() { Terminal.show(line) }
    for caution in advice.cautions { Terminal.show("Note: \(caution).") }
    Terminal.show("report: \(folder.appendingPathComponent("report.html").path)")
  }

  /// Writes what a run that was trained elsewhere says, and prints it.
  /// - Throws: ``OutputError``.
  func write(_ probed: ProbedRun) throws {
    try ReportFolder.write(try AdviceReport.files(of: probed), to: folder)
    guard !isQuiet else { return }
    for note in probed.notes { Terminal.show("Note: \(note)") }
    Terminal.show(probed.sentence)
    var table = TextTable(columns: ["steps", "rate", "nats per token"])
    for move in probed.moves {
      table.add([
        "\(move.from) to \(move.to)", Words.twoDigitRate(move.rate), Words.number(move.divergence),
      ])
    }
    for line in table.lines() { Terminal.show(line) }
    Terminal.show(
      "95 %: \(Self.range(probed.deathInterval, Words.twoDigitRate)), from \(probed.source.words)")
    Terminal.show("report: \(folder.appendingPathComponent("probe.json").path)")
  }

  private func table(_ advice: RateAdvice) -> TextTable {
    var table = TextTable(columns: [
      "start", "dies near", "95 %", "bisected", "use", "equal to \(advice.baseline)", "κ", "masks",
    ])
    for start in advice.starts {
      table.add([
        start.start, start.deathRate.map(Words.twoDigitRate) ?? "not found",
        Self.range(start.deathInterval, Words.twoDigitRate),
        start.bisected.map(Words.twoDigitRate) ?? "",
        Self.range(start.recommended, Words.roundRate),
        advice.equalRate(of: start).map(Words.twoDigitRate) ?? "",
        start.curvature.map(Words.number) ?? "", start.maskMismatch.map(Words.number) ?? "",
      ])
    }
    return table
  }

  private static func range(
    _ range: StartAdvice.Rates?, _ words: (Double) -> String
  ) -> String {
    range.map { "\(words($0.lower)) to \(words($0.upper))" } ?? ""
  }
}
