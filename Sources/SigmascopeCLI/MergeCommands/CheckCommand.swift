import ArgumentParser
import Checkpoints
import Diagnosis
import Documents
import Foundation
import Merging

/// Says whether a merged checkpoint holds an adapter, or whether a residual base fits the start of one.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check a merge: does the merged checkpoint hold the adapter?",
    discussion: """
      Each weight is compared with base plus update, and with what PEFT's own merge gives bit for bit. The exit \
      code is 0 if the adapter is there, 1 if it is not, or not all, or if nothing shows it.

      With a model in the second place and an adapter in the third, the two are the residual base and the adapter \
      that a run of PiSSA, MiLoRA or another such start begins with: together they should make the base.

      Examples:
        sigmascope check base adapter merged
        sigmascope check base residual adapter-at-step-0
        sigmascope check base adapter merged --json | jq .fault
      """)

  @Argument(
    help: "The base model: a folder, a file, or a name in the local Hugging Face cache.",
    completion: .file())
  var base: String

  @Argument(help: "The adapter, or a residual base.", completion: .file())
  var second: String

  @Argument(
    help: "The merged checkpoint, or after a residual base the adapter before training.",
    completion: .file())
  var third: String

  @Option(help: "The alpha of an adapter whose configuration has lost it.")
  var alpha: Double?

  @OptionGroup var otherBase: OtherBaseArguments

  @OptionGroup var jobs: JobsArguments

  @Flag(help: "Print a line for every weight.")
  var weights = false

  @Flag(help: "Print JSON for scripts.")
  var json = false

  func validate() throws {
    try AlphaOption.validate(alpha)
  }

  func run() async throws {
    let model = try ModelFolder(path: EmbeddedBase.path(of: base))
    let second = try MergeInput(path: second)
    let third = try MergeInput(path: third)
    if !second.isAdapter, otherBase.allowOtherBase {
      throw ValidationError(
        "--allow-other-base is for adapters: a residual base is compared with the base itself.")
    }
    let report =
      second.isAdapter
      ? try await MergeCheck(
        base: model, adapter: second, merged: third, alpha: alpha,
        allowsOtherBase: otherBase.allowOtherBase
      ).report(jobs: jobs.count)
      : try await StartCheck(base: model, residual: second, adapter: third, alpha: alpha)
        .report(jobs: jobs.count)
    if json {
      try Terminal.showJSON(report)
    } else {
      show(report)
    }
    if report.conclusion != .pass {
      try Terminal.finishResults()
      throw Failure.negativeAnswer
    }
  }

  private func show(_ report: CheckReport) {
    Terminal.show(report.headline)
    Terminal.showSwallowed(report.swallowedShare)
    let listed = weights ? report.weights : Array(report.doubtful.prefix(Self.mostLines))
    if !listed.isEmpty {
      var table = TextTable(columns: ["weight", "verdict", "residual", "spacings"])
      for weight in listed {
        table.add([
          weight.name.shownLine, weight.verdict.key.replacing("_", with: " "),
          weight.residual.map { String(format: "%.2e", $0) } ?? "",
          weight.spacings.map(Words.number) ?? "",
        ])
      }
      for line in table.lines() { Terminal.show(line) }
    }
    let left = weights ? 0 : report.doubtful.count - listed.count
    if left > 0 { Terminal.show("  and \(left) more; --weights lists them all") }
    for finding in report.findings { Terminal.show("Note: \(finding)") }
  }

  private static let mostLines = 12
}
