/// When a run is called: on which side of which value of a metric, as learned on some runs.
struct WarningRule {
  let orientation: EarlyWarning.Orientation
  /// Of the runs it was learned on, at least ½.
  let area: ROCArea
  private let cut: YoudenThreshold

  /// Chooses the side on which collapsing runs lie, and the threshold; nil without runs of both kinds.
  init?(learnedOn readings: [WarningReadings.Reading]) {
    let positives = readings.filter(\.isPositive).map(\.value)
    let negatives = readings.filter { !$0.isPositive }.map(\.value)
    guard let rising = ROCArea(positives: positives, negatives: negatives),
      let falling = ROCArea(positives: positives.map { -$0 }, negatives: negatives.map { -$0 })
    else { return nil }
    orientation = rising.area >= 0.5 ? .rises : .falls
    area = orientation == .rises ? rising : falling
    guard let cut = YoudenThreshold(positives: area.positives, negatives: area.negatives) else {
      return nil
    }
    self.cut = cut
  }

  /// In the unit of the metric.
  var threshold: Double { orientation == .rises ? cut.value : -cut.value }

  func calls(_ value: Double) -> Bool { cut.calls(orientation == .rises ? value : -value) }
}
