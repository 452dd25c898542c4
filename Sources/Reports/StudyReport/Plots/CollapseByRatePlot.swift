import Diagnosis
import LinearAlgebra
import Studies

/// How many runs of each arm collapsed at each learning rate, and when.
enum CollapseByRatePlot: StudyPlot {
  static let name = "collapse-by-rate"
  static let summary =
    "Share of collapsed runs of each arm at each learning rate, and the step of collapse"
  static let caption = """
    Colour: the share of runs that collapsed; text: the median step at which they fell, and how many of how many. A dash: \
    all lived; empty cells were not run. Arms that die earliest stand on top.
    """

  static func figures(of study: StudyResults, width: Double) -> [Figure] {
    let rates = StudyResults.rates(of: study.runs)
    // An arm of one rate, such as a baseline, says something beside arms of several.
    let isSwept = study.arms.contains { StudyResults.rates(of: study.runs(ofArm: $0)).count > 1 }
    guard isSwept else { return [] }
    let title = "Collapse against learning rate"
    let sorted = study.arms.enumerated().sorted {
      let (left, right) = (study.share(of: $0.element), study.share(of: $1.element))
      return left == right ? $0.offset < $1.offset : left > right
    }.map(\.element)
    return figure(title: title, draw(study, sorted, rates, width, title))
  }

  private static let rowHeight = 22.0, margin = Picture.margin, top = 96.0, bar = 64.0

  private static func draw(
    _ study: StudyResults, _ arms: [String], _ rates: [Double], _ width: Double, _ title: String
  ) -> Picture {
    let longest = arms.map { $0.width() }.max() ?? 0
    let left = margin + min(longest + 14, width / 3)
    let cell = min(180, (width - left - margin - bar) / Double(rates.count))
    let height = Double(arms.count) * rowHeight
    var picture = Picture(
      width: width, height: top + max(height, 90) + 24, title: title,
      subtitle: "Colour: share of runs that collapsed; text: the median step at which they fell")
    picture.text("learning rate", left, top - 26, .start, "muted")
    // Where columns are narrow, not every one has its rate above it.
    let widest = rates.map { Words.rate($0).width(fontSize: 11) }.max() ?? 0
    let every = Int(((widest + 4) / cell).rounded(.up))
    for (column, rate) in rates.enumerated() where column % every == 0 {
      picture.text(
        Words.rate(rate), left + (Double(column) + 0.5) * cell, top - 9, .middle, "muted small")
    }
    for (row, arm) in arms.enumerated() {
      let y = top + Double(row) * rowHeight
      picture.text(
        arm.shortened(to: left - margin - 10), left - 10, y + rowHeight / 2 + 4, .end)
      for (column, rate) in rates.enumerated() {
        let runs = study.runs(ofArm: arm, rate: rate)
        guard !runs.isEmpty else { continue }
        let frame = Frame(
          x: left + Double(column) * cell + 1, y: y + 1, width: cell - 2, height: rowHeight - 2)
        draw(runs, in: frame, &picture, name: "\(arm) at \(Words.rate(rate))")
      }
    }
    drawBar(
      Frame(
        x: left + cell * Double(rates.count) + 14, y: top, width: 12, height: max(height, 90)),
      &picture)
    return picture
  }

  /// `step 17, 3/3`; where that is too wide, `17`; a dash for a cell whose runs all live.
  private static func draw(
    _ runs: [StudyRun], in frame: Frame, _ picture: inout Picture, name: String
  ) {
    let lost = runs.filter(\.isCollapsed)
    let counts = "\(name): \(lost.count) of \(runs.count) collapsed"
    func write(_ label: String, _ style: String, color: String? = nil) {
      picture.text(
        label, frame.x + frame.width / 2, frame.y + frame.height / 2 + 4, .middle, style,
        color: color)
    }
    guard !lost.isEmpty else {
      // No colour: the light middle of the scale would stand out on a dark page.
      picture.rectangle(frame, "paper", tip: counts)
      return write("–", "muted small")
    }
    let share = Double(lost.count) / Double(runs.count)
    let steps = lost.compactMap(\.lossStep).map(Double.init)
    let step = SampleQuantile.value(at: 0.5, of: steps).map(Numbers.setting)
    let count = "\(lost.count)/\(runs.count)"
    let whole = step.map { "step \($0), \(count)" } ?? count
    picture.rectangle(
      frame, "", color: Palette.diverging(0.5 + 0.5 * share),
      tip: counts + (step.map { ", at step \($0)" } ?? ""))
    write(
      whole.width(fontSize: 11) < frame.width - 4 ? whole : step ?? count, "small",
      color: share > 0.6 ? "#ffffff" : "#1b1f24")
  }

  private static func drawBar(_ frame: Frame, _ picture: inout Picture) {
    let parts = 24
    let height = frame.height / Double(parts)
    for part in 0..<parts {
      picture.rectangle(
        Frame(
          x: frame.x, y: frame.bottom - Double(part + 1) * height, width: frame.width,
          height: height + 0.5), "",
        color: Palette.diverging(0.5 + 0.5 * (Double(part) + 0.5) / Double(parts)))
    }
    for (share, label) in [(0.0, "0"), (0.5, "½"), (1, "all")] {
      picture.text(
        label, frame.right + 5, frame.bottom - share * frame.height + 4, .start, "muted small")
    }
  }
}

extension StudyResults {
  /// The share of an arm's runs that collapsed, averaged over its rates.
  fileprivate func share(of arm: String) -> Double {
    let rates = Self.rates(of: runs(ofArm: arm))
    return rates.reduce(0) { sum, rate in
      let runs = runs(ofArm: arm, rate: rate)
      return sum + Double(runs.count(where: \.isCollapsed)) / Double(max(runs.count, 1))
    } / Double(max(rates.count, 1))
  }
}
