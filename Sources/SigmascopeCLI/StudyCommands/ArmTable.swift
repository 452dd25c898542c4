import Diagnosis
import Spectra
import Studies

/// Each arm at each learning rate on a terminal: what it reached, what it lost, how far it moved the weights.
struct ArmTable {
  let lines: [String]

  init(_ summaries: [ArmSummary], measure: Measure, baseline: String) {
    var table = TextTable(
      columns: ["arm", "rate", "runs", measure.name, "against \(baseline)", "lost", "size"])
    for arm in summaries {
      let course = [arm.startScore, arm.score?.mean].compactMap { $0.map(Words.number) }
      table.add([
        arm.arm, arm.factors.learningRate.map(Words.rate) ?? "", String(arm.runs),
        course.joined(separator: " → "),
        arm.arm == baseline ? "" : arm.difference.map { Words.number($0.estimate.mean) } ?? "",
        arm.collapsed == 0 ? "" : "\(arm.collapsed) of \(arm.runs)",
        arm.medians[RelativeUpdateNorm.name].map(Words.size) ?? "",
      ])
    }
    lines = table.lines()
  }
}
