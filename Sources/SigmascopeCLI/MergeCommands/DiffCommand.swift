import ArgumentParser
import Checkpoints
import Diagnosis
import Documents
import Foundation
import Merging

/// Compares what two checkpoints changed in one base.
struct DiffCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compare two updates of one base: direction, subspaces, entries, signs, sum.",
    discussion: """
      Each of the two is an adapter, a checkpoint with all weights, or a run, whose last checkpoint is taken. \
      Every overlap stands beside its value for chance. Two adapters whose base is not on this machine are compared \
      without it, if their updates do not depend on it (LoRA that starts at zero): then the entries that change in the \
      base's type are left out.

      Examples:
        sigmascope diff adapter-a adapter-b
        sigmascope diff run-a run-b --base base --json
      """)

  @Argument(help: "The first checkpoint.", completion: .file())
  var first: String

  @Argument(help: "The second checkpoint.", completion: .file())
  var second: String

  @Option(
    help:
      "The base of both: a folder, a file, or a name in the local cache. (default: that of the first)",
    completion: .file())
  var base: String?

  @Option(help: "How many leading directions of each update are compared at most.")
  var directions = 16

  @OptionGroup var jobs: JobsArguments

  @Flag(help: "Print JSON for scripts.")
  var json = false

  func validate() throws {
    if directions < 1 { throw ValidationError("--directions must be at least 1.") }
  }

  func run() async throws {
    let first = try MergeInput(path: first)
    let second = try MergeInput(path: second)
    let (path, note): (String?, String?) =
      if let base { (try EmbeddedBase.path(of: base), nil) } else { try named(first, second) }
    let report = try await UpdateDiff(
      base: try path.map { try ModelFolder(path: $0) }, first, second, directions: directions
    ).report(jobs: jobs.count)
    if let note { Terminal.say(note) }
    if json {
      try Terminal.showJSON(report)
    } else {
      show(report)
    }
  }

  /// The base that the first names. If it is not here and both are adapters, which may not need it, none, and a line that
  /// says so.
  private func named(
    _ first: MergeInput, _ second: MergeInput
  ) throws -> (String?, String?) {
    do {
      return (try first.namedBase(), nil)
    } catch {
      guard first.isAdapter, second.isAdapter else { throw error }
      return (
        nil,
        "note: compared without the base, so not by the entries that change when they are merged: \(error)"
      )
    }
  }

  private func show(_ report: DiffReport) {
    Terminal.show(Self.headline(of: report))
    if !report.weights.isEmpty { showTable(of: report) }
    for (path, other, only, zero) in [
      (report.checkpoints[0], report.checkpoints[1], report.onlyFirst, report.zeroInSecond),
      (report.checkpoints[1], report.checkpoints[0], report.onlySecond, report.zeroInFirst),
    ] {
      let absent = only.filter { !zero.contains($0) }
      if !absent.isEmpty { Terminal.show("only in \(path): \(Self.shortened(absent))") }
      if !zero.isEmpty, !report.idle.contains(other) {
        Terminal.show("in both, but zero in \(other): \(Self.shortened(zero))")
      }
    }
    for finding in report.findings { Terminal.show("Note: \(finding)") }
  }

  private static func headline(of report: DiffReport) -> String {
    let count = "\(report.shared) weight\(report.shared == 1 ? "" : "s")"
    guard report.weights.isEmpty else {
      let count = "\(report.weights.count) weight\(report.weights.count == 1 ? "" : "s")"
      return "\(report.titles.joined(separator: " and ")) have \(count) in common: cosine "
        + "\(number(report.cosine)), distance \(number(report.distance)) of the first's norm"
    }
    return switch report.idle.count {
    case 0: "\(count) in common, none of which both change"
    case 1: "\(count) in common, but '\(report.idle[0])' changes none of them: its update is zero"
    default: "\(count) in common, but neither changes any of them: both updates are zero"
    }
  }

  private static func shortened(_ names: [String]) -> String {
    names.prefix(3).joined(separator: ", ")
      + (names.count > 3 ? " and \(names.count - 3) more" : "")
  }

  private func showTable(of report: DiffReport) {
    var table = TextTable(columns: [
      "weight", "norms", "cosine", "left (chance)", "right (chance)", "entries (chance)", "signs",
      "sum's peak",
    ])
    for weight in report.weights {
      table.add([
        weight.name.shownLine,
        weight.norms.map { Self.number($0) }.joined(separator: " "),
        Self.number(weight.cosine),
        Self.beside(weight.leftOverlap, weight.leftChance),
        Self.beside(weight.rightOverlap, weight.rightChance),
        Self.beside(weight.jaccard, weight.jaccardChance),
        Self.number(weight.signConflict), Self.number(weight.stackedPeak),
      ])
    }
    for line in table.lines() { Terminal.show(line) }
    for line in Self.legend { Terminal.show(line) }
  }

  /// What the columns are, for who does not have the manual at hand.
  private static let legend = [
    "left, right: what the leading output and input directions of both share, 0 to 1",
    "entries: of those that one of the two changes when it is merged, the share that both change",
    "signs: of the entries that both change, the share that they change in opposite directions (chance 0.5)",
    "sum's peak: the largest singular value of the sum over the larger of the two: 1 if they do not meet, 2 if they add up",
  ]

  private static func number(_ value: Double?) -> String { value.map(Words.number) ?? "–" }

  private static func beside(_ value: Double?, _ chance: Double?) -> String {
    guard let value, let chance else { return "–" }
    return "\(number(value)) (\(number(chance)))"
  }
}
