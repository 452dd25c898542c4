import Adapters
import Documents
import Experiments
import Foundation

/// The model card of an adapter that this program made: from what, how, and what was lost.
struct AdapterCard {
  /// What an adapter was made from.
  struct Origin {
    /// `extract`, `resize`, `convert`.
    let command: String
    /// The checkpoint, as it was given.
    let checkpoint: String
    /// The rule of rank, as it was given.
    let rank: String
  }

  let origin: Origin
  let reduction: Reduction
  let adapter: LowRankAdapter
  let type: String
  let format: String

  var text: String {
    let base = adapter.baseName ?? "unknown"
    var lines = ["---"]
    if let name = adapter.baseName { lines.append("base_model: \(Self.quoted(name))") }
    if format == "peft" { lines.append("library_name: peft") }
    lines += [
      "tags:", "- lora", "- sigmascope", "---", "",
      "# LoRA of \(Self.lastComponent(origin.checkpoint))", "",
      "Made by `sigmascope \(origin.command)` (version \(Sigmascope.version)).", "",
      "| | |", "| --- | --- |", "| base | \(base) |",
      "| made from | \(Self.lastComponent(origin.checkpoint)) |",
      "| rank | \(origin.rank) |", "| modules | \(reduction.modules.count { $0.rank > 0 }) |",
      "| parameters | \(reduction.parameters) |", "| type | \(type) |",
      "| lost | \(ReductionTable.percent(reduction.lost)) of the norm of the update |",
    ]
    if let rounding = reduction.rounding {
      lines.append("| lost to the type | \(ReductionTable.percent(rounding)) |")
    }
    if !reduction.whole.isEmpty {
      lines.append("| kept whole | \(reduction.whole.joined(separator: ", ")) |")
    }
    if !reduction.leftOut.isEmpty {
      lines.append("| left out | \(reduction.leftOut.joined(separator: ", ")) |")
    }
    lines += [
      "", "| module | rank | of | lost | lost (spectral) |", "| --- | --- | --- | --- | --- |",
    ]
    lines += reduction.modules.map { module in
      "| \(module.module) | \(module.rank) | \(module.fullRank) | "
        + "\(ReductionTable.percent(module.lost)) | \(ReductionTable.percent(module.lostSpectral)) |"
    }
    return lines.map { $0.shownLine + "\n" }.joined()
  }

  private static func quoted(_ text: String) -> String {
    String(JSONValue.string(text).line.dropLast())
  }

  private static func lastComponent(_ path: String) -> String {
    URL(fileURLWithPath: path).lastPathComponent
  }
}
