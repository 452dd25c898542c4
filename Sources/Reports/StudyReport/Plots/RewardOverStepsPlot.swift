import Diagnosis
import Foundation
import Spectra
import Studies

/// The reward of each arm over training, beside the baseline's.
enum RewardOverStepsPlot: StudyPlot {
  static let name = "reward-over-steps"
  static let summary = "The reward of each arm over training, beside the baseline's"
  static let caption = """
    Reward over steps, averaged over the last five, mean and 95 % interval over seeds; grey: the baseline at the \
    same learning rate.
    """

  static func figures(of study: StudyResults, width: Double) -> [Figure] {
    let title = "Reward over training"
    return figure(title: title, draw(study, study.methodArms, width, title))
      + figure(
        "-controls", title: "\(title): controls",
        draw(study, study.controlArms, width, "\(title): controls"))
  }

  private static func draw(
    _ study: StudyResults, _ arms: [String], _ width: Double, _ title: String
  ) -> Picture? {
    let panels = arms.compactMap { arm -> SmallMultiples.Panel? in
      let rate = study.shownRate(of: arm)
      let curve = study.runs(ofArm: arm).at(rate: rate).curve("reward", window: 5)
      guard curve.count > 1 else { return nil }
      let behind = study.runs(ofArm: study.baseline).at(rate: rate).curve("reward", window: 5)
      return .init(
        title: study.shownLabel(of: arm),
        lines: (arm == study.baseline || behind.isEmpty
          ? [] : [line(behind, .neutral, study.baseline)])
          + [line(curve, study.style(ofArm: arm), arm)])
    }
    guard !panels.isEmpty else { return nil }
    return SmallMultiples(
      panels: panels, width: width, xKind: .linear, yKind: .linear, xTitle: "step",
      yTitle: "reward",
      yLimits: study.isOfShares ? 0...1 : nil,
      legend: [.init(label: "\(study.baseline), behind", style: "neutral")]
    ).draw(
      title: title,
      subtitle: (study.common.learningRate.map {
        "Learning rate \(Words.rate($0)) unless a title says otherwise; "
      } ?? "")
        + "mean over seeds with 95 % interval")
  }

  private static func line(
    _ points: [SeriesPoint], _ style: SeriesStyle, _ name: String
  ) -> SmallMultiples.Line {
    .init(points: points.map(\.point), style: style, name: name)
  }
}

extension StudyResults {
  /// Whether all rewards lie in 0 … 1.
  fileprivate var isOfShares: Bool {
    runs.allSatisfy { ($0.curves["reward"] ?? []).allSatisfy { (0...1).contains($0.value) } }
  }
}
