import Adapters
import Experiments

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
    let source = ModelCard.name(of: origin.checkpoint)
    var rows: [(name: String, value: String)] = [
      ("base", adapter.baseName ?? "unknown"), ("made from", source), ("rank", origin.rank),
      ("modules", "\(reduction.modules.count { $0.rank > 0 })"),
      ("parameters", "\(reduction.parameters)"), ("type", type),
      ("lost", "\(ReductionTable.percent(reduction.lost)) of the norm of the update"),
    ]
    if let rounding = reduction.rounding {
      rows.append(("lost to the type", ReductionTable.percent(rounding)))
    }
    if !reduction.whole.isEmpty {
      rows.append(("kept whole", reduction.whole.joined(separator: ", ")))
    }
    if !reduction.leftOut.isEmpty {
      rows.append(("left out", reduction.leftOut.joined(separator: ", ")))
    }
    return ModelCard(
      base: adapter.baseName, library: format == "peft" ? "peft" : nil, tags: ["lora"],
      title: "LoRA of \(source)", command: origin.command, rows: rows, rest: modules
    ).text
  }

  /// A table with a row for each module.
  private var modules: [String] {
    ["", "| module | rank | of | lost | lost (spectral) |", "| --- | --- | --- | --- | --- |"]
      + reduction.modules.map { module in
        "| \(module.module) | \(module.rank) | \(module.fullRank) | "
          + "\(ReductionTable.percent(module.lost)) | \(ReductionTable.percent(module.lostSpectral)) |"
      }
  }
}
