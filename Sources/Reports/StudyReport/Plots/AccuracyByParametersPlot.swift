import Diagnosis
import Studies

/// What each method reaches, by how many numbers it trains.
enum AccuracyByParametersPlot: StudyPlot {
  static let name = "accuracy-by-parameters"
  static let summary = "Accuracy of each method, by its trained parameters"
  static let caption = """
    What runs reach at the end, mean over seeds; arms by trained parameters, the fewest on top. Hollow: at the best of \
    the arm's rates; filled: at the learning rate that the arms have in common, as papers compare, where they have one. \
    The line is the 95 % interval of the filled mark, or else of the hollow one; a single seed has none.
    """

  private struct Row {
    let arm: String
    let parameters: Int
    let style: SeriesStyle
    let common: Estimate?
    let best: Estimate?
  }

  static func figures(of study: StudyResults, width: Double) -> [Figure] {
    let rows = study.methodArms.compactMap { row(of: $0, study) }
      .sorted { ($0.parameters, $0.arm) < ($1.parameters, $1.arm) }
    guard rows.count > 1 else { return [] }
    let title = "\(study.measure.name.capitalizedFirst) by trained parameters"
    return figure(title: title, draw(rows, width, title, study))
  }

  private static func row(of arm: String, _ study: StudyResults) -> Row? {
    let runs = study.runs(ofArm: arm)
    guard let parameters = runs.compactMap(\.trainedParameters).first else { return nil }
    let rates: [Double?] = StudyResults.rates(of: runs)
    let estimates = (rates.isEmpty ? [nil] : rates).map { rate in
      Estimate(of: runs.at(rate: rate).finalScores, in: study.measure.range)
    }
    return Row(
      arm: arm, parameters: parameters, style: study.style(ofArm: arm),
      common: study.common.learningRate.flatMap { rate in
        Estimate(of: runs.at(rate: rate).finalScores, in: study.measure.range)
      },
      best: estimates.compactMap(\.self).max { $0.mean < $1.mean })
  }

  private static func draw(
    _ rows: [Row], _ width: Double, _ title: String, _ study: StudyResults
  ) -> Picture {
    let rowHeight = 22.0, top = 72.0
    let left = min(250, 0.46 * width)
    let common = study.common.learningRate.map {
      "Filled: at the common learning rate \(Words.rate($0)); hollow"
    }
    var picture = Picture(
      width: width, height: top + Double(rows.count) * rowHeight + 48, title: title,
      subtitle: "\(common ?? "Hollow"): at the best of its rates")
    let values = rows.flatMap { row in
      [row.common, row.best].compactMap(\.self).flatMap {
        [$0.mean, $0.interval?.lower ?? $0.mean, $0.interval?.upper ?? $0.mean]
      }
    }
    let axes = Axes(
      frame: Frame(
        x: left, y: top, width: width - left - 18, height: Double(rows.count) * rowHeight),
      x: Scale(
        kind: .linear, lower: min(0, values.min() ?? 0),
        upper: max(study.measure.shareRange?.upperBound ?? 0, values.max() ?? 1)),
      y: Scale(kind: .linear, lower: 0, upper: Double(rows.count)))
    axes.draw(
      in: &picture, title: "", xTitle: "\(study.measure.name) at the end", yTitle: nil, yTicks: [])
    for (index, row) in rows.enumerated() {
      let y = Double(rows.count) - Double(index) - 0.5
      let place = axes.point(0, y).y
      let count = grouped(row.parameters)
      picture.text(count, left - 12, place + 4, .end, "muted")
      picture.text(
        row.arm.shortened(to: left - count.width() - 36), 18, place + 4, .start)
      if let interval = (row.common ?? row.best)?.interval {
        let (from, to) = (axes.point(interval.lower, y), axes.point(interval.upper, y))
        picture.line(from.x, from.y, to.x, to.y, row.style.color.line)
      }
      if let best = row.best {
        picture.marker(
          axes.point(best.mean, y), row.style, radius: 5, isHollow: true,
          tip: "\(row.arm), best rate: \(Numbers.fixed(best.mean, decimals: 3))")
      }
      if let common = row.common {
        picture.marker(
          axes.point(common.mean, y), row.style,
          tip: "\(row.arm): \(Numbers.fixed(common.mean, decimals: 3))")
      }
    }
    return picture
  }

  /// `18 688`, with narrow spaces.
  private static func grouped(_ count: Int) -> String {
    let digits = String(count)
    return digits.enumerated().map { index, digit in
      let rest = digits.count - index
      return (index > 0 && rest % 3 == 0 ? "\u{2009}" : "") + String(digit)
    }.joined()
  }
}
