import Checkpoints
import Documents
import Foundation
import Merging

/// The model card of a merged checkpoint: what it is made of, and what rounding did to it.
struct MergeCard: Sendable {
  let base: String
  let adapter: String
  let model: ModelFolder

  @Sendable func text(of summary: MergeSummary) -> String {
    let origin = model.originName ?? Self.lastComponent(base)
    let lines = [
      "---", "base_model: \(Self.quoted(origin))", "tags:", "- merge", "- sigmascope", "---", "",
      "# \(Self.lastComponent(adapter)), merged into \(Self.lastComponent(base))", "",
      "Made by `sigmascope merge` (version \(Sigmascope.version)).", "",
      "| | |", "| --- | --- |",
      "| base | \(Self.lastComponent(base)) |", "| adapter | \(Self.lastComponent(adapter)) |",
      "| weights that changed | \(summary.weights.count) of \(summary.tensors) tensors |",
      "| type | \(summary.type) |", "| rounding | \(summary.rounding) |",
      "| entries that the update changes and rounding left | "
        + "\(summary.swallowedShare.map(CheckCommand.percent) ?? "none") |",
    ]
    return lines.map { $0.shownLine + "\n" }.joined()
  }

  private static func quoted(_ text: String) -> String {
    String(JSONValue.string(text).line.dropLast())
  }

  private static func lastComponent(_ path: String) -> String {
    URL(fileURLWithPath: path).lastPathComponent
  }
}
