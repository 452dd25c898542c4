import Diagnosis
import Documents
import Experiments

/// What a reduction keeps and loses, as text.
struct ReductionTable {
  private var table: TextTable

  init(_ reduction: Reduction) {
    table = TextTable(columns: [
      "module", "shape", "norm", "rank", "of", "lost", "lost (spectral)", "lost (output)",
      "rounding",
    ])
    for module in reduction.modules {
      table.add([
        module.module.shownLine, "\(module.rows)×\(module.columns)", Words.number(module.norm),
        "\(module.rank)", "\(module.fullRank)", Self.percent(module.lost),
        Self.percent(module.lostSpectral), module.lostOutput.map(Self.percent) ?? "",
        module.rounding.map { Self.percent($0.error) } ?? "",
      ])
    }
  }

  var lines: [String] { table.lines() }

  /// The sums, a line each.
  static func summary(of reduction: Reduction, done: Bool) -> [String] {
    let ranks = reduction.modules.map(\.rank).filter { $0 > 0 }
    let range =
      ranks.isEmpty
      ? "no rank"
      : ranks.min() == ranks.max()
        ? "rank \(ranks[0])" : "ranks \(ranks.min() ?? 0) to \(ranks.max() ?? 0)"
    var lines = [
      "\(ranks.count) modules of \(range), \(reduction.parameters) parameters; "
        + "\(done ? "lost" : "would be lost"): \(percent(reduction.lost)) of ‖ΔW‖"
    ]
    let empty = reduction.modules.filter { $0.rank == 0 }
    if !empty.isEmpty {
      lines.append("without a rank, so left out: \(list(empty.map(\.module)))")
    }
    if let rounding = reduction.rounding {
      let entries = reduction.modules.compactMap(\.rounding)
      let exact = entries.map(\.exactShare).reduce(0, +) / Double(max(entries.count, 1))
      let zero = entries.map(\.zeroShare).reduce(0, +) / Double(max(entries.count, 1))
      lines.append(
        "the type adds \(percent(rounding)) of ‖ΔW‖; it holds \(percent(exact)) of the entries exactly"
          + " and makes \(percent(zero)) zero")
    }
    if let text = reduction.text {
      lines.append(
        "the text, \(text.tokens) tokens, in nats a token: base \(Words.number(text.base)), tuned "
          + "\(Words.number(text.tuned)), with what is kept \(Words.number(text.reduced))")
    }
    if !reduction.whole.isEmpty { lines.append("kept whole: \(list(reduction.whole))") }
    if !reduction.leftOut.isEmpty { lines.append("left out: \(list(reduction.leftOut))") }
    return lines
  }

  /// A fraction in percent, with two digits that count.
  static func percent(_ fraction: Double) -> String {
    guard fraction.isFinite else { return "–" }
    return fraction == 0 ? "0 %" : "\(Words.number(fraction * 100)) %"
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(4).joined(separator: ", ")
      + (names.count > 4 ? " and \(names.count - 4) more" : "")
  }
}
