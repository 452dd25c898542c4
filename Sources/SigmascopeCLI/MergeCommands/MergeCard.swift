import Checkpoints
import Merging

/// The model card of a merged checkpoint: what it is made of, and what rounding did to it.
struct MergeCard: Sendable {
  let base: String
  let adapter: String
  let model: ModelFolder

  @Sendable func text(of summary: MergeSummary) -> String {
    let (base, adapter) = (ModelCard.name(of: base), ModelCard.name(of: adapter))
    return ModelCard(
      base: model.originName ?? base, tags: ["merge"], title: "\(adapter), merged into \(base)",
      command: "merge",
      rows: [
        ("base", base), ("adapter", adapter),
        ("weights that changed", "\(summary.weights.count) of \(summary.tensors) tensors"),
        ("type", summary.type), ("rounding", summary.rounding),
        (
          "entries that the update changes and rounding left",
          summary.swallowedShare.map(Terminal.percent) ?? "none"
        ),
      ]
    ).text
  }
}
