import Diagnosis
import LinearAlgebra
import Spectra

/// The values of one metric early in each run, without the runs that were down by then.
struct WarningReadings {
  /// One run's value and the run's outcome.
  struct Reading {
    let value: Double
    let isPositive: Bool
    /// The seed, or the run's name if it has none: the unit that is left out together.
    let group: String
    /// Arm and learning rate: runs of one cell are near copies of each other, so a cell is what is resampled.
    let cell: String
    /// The adapter, with all its settings and rates: what is left out to ask whether a rule holds for another method.
    let method: String
  }

  let metric: String
  let kind: EarlyWarning.Kind
  let readings: [Reading]
  /// The median step of the readings.
  let step: Int
  /// The runs that were down at their step.
  let alreadyDown: Int

  var positives: [Double] { readings.filter(\.isPositive).map(\.value) }
  var negatives: [Double] { readings.filter { !$0.isPositive }.map(\.value) }

  /// Whether there are enough runs of both outcomes to tell them apart.
  static func areEnough(_ readings: [Reading]) -> Bool {
    let positives = readings.count { $0.isPositive }
    return positives >= EarlyWarning.leastOfEach
      && readings.count - positives >= EarlyWarning.leastOfEach
  }
}

/// The runs of a study with their outcomes, to read metrics from.
struct WarningRuns {
  private let runs: [(run: StudyRun, end: CollapseRecord)]
  private let metrics: [String]

  init(of study: StudyResults) {
    // Sorted by name: nothing may depend on the order in which runs were read.
    runs = study.runs.sorted { $0.name < $1.name }.map { ($0, CollapseRecord($0)) }
    metrics = study.metricNames
  }

  /// The readings of every metric and rival at a share of training, by name within each kind.
  func readings(at share: Double) -> [WarningReadings] {
    let spectral = metrics.filter { $0 != EarlyWarning.updateNorm }.map { metric in
      readings(of: metric, .spectral) { Self.value(of: metric, in: $0, at: share) }
    }
    let norm = readings(of: EarlyWarning.updateNorm, .rival) {
      Self.value(of: EarlyWarning.updateNorm, in: $0, at: share)
    }
    let logged = EarlyWarning.loggedRivals.map { name in
      readings(of: name, .rival) { Self.logged(name, in: $0, at: share) }
    }
    let drop = readings(of: EarlyWarning.rewardDrop, .rival) { Self.rewardDrop(in: $0, at: share) }
    let rate = readings(of: EarlyWarning.learningRate, .rival) { run in
      Self.wantedStep(in: run, at: share).flatMap { step in
        run.factors.learningRate.map { (step, $0) }
      }
    }
    return spectral + ([norm, drop, rate] + logged).sorted { $0.metric < $1.metric }
  }

  private func readings(
    of metric: String, _ kind: EarlyWarning.Kind, read: (StudyRun) -> (step: Int, value: Double)?
  ) -> WarningReadings {
    var readings: [WarningReadings.Reading] = []
    var steps: [Double] = []
    var down = 0
    for (run, end) in runs {
      guard let (step, value) = read(run), value.isFinite else { continue }
      if end.isDown(at: step) {
        down += 1
        continue
      }
      steps.append(Double(step))
      readings.append(
        .init(
          value: value, isPositive: end.isCollapsed, group: run.seed.map(String.init) ?? run.name,
          cell: run.factors.learningRate.map { "\(run.arm) at \($0)" } ?? run.arm,
          method: run.factors.adapter))
    }
    let step = SampleQuantile.median(of: steps) ?? 0
    return WarningReadings(
      metric: metric, kind: kind, readings: readings, step: Int(step.rounded()), alreadyDown: down)
  }

  /// The step at a share of training, at least 1; nil if the length of the run is unknown.
  private static func wantedStep(in run: StudyRun, at share: Double) -> Int? {
    let last = run.factors.steps ?? run.steps.last?.step ?? run.curves["reward"]?.last?.step ?? 0
    return last > 0 ? max(1, Int((share * Double(last)).rounded())) : nil
  }

  /// A metric at the nearest measured step; nil if that step is off by more than half.
  private static func value(
    of metric: String, in run: StudyRun, at share: Double
  ) -> (step: Int, value: Double)? {
    guard let wanted = wantedStep(in: run, at: share), let found = run.value(of: metric, at: share),
      // A run that was measured only at its end has no early value.
      2 * abs(found.step - wanted) <= max(2, wanted)
    else { return nil }
    return found
  }

  /// The value that was logged last up to the step; nil if it is from before half of the way there.
  private static func logged(
    _ name: String, in run: StudyRun, at share: Double
  ) -> (step: Int, value: Double)? {
    guard let wanted = wantedStep(in: run, at: share),
      let point = run.curves[name]?.last(where: { $0.step <= wanted && $0.value.isFinite }),
      2 * point.step >= wanted
    else { return nil }
    return (wanted, point.value)
  }

  /// The mean of the first rewards minus that of the last ones up to the step: of up to five each, and of at
  /// most half of all.
  private static func rewardDrop(
    in run: StudyRun, at share: Double
  ) -> (step: Int, value: Double)? {
    guard let wanted = wantedStep(in: run, at: share) else { return nil }
    let seen = (run.curves["reward"] ?? []).filter { $0.step <= wanted && $0.value.isFinite }
    guard seen.count > 1, let last = seen.last, 2 * last.step >= wanted else { return nil }
    let width = min(5, seen.count / 2)
    let first = SampleMoments.mean(of: seen.prefix(width).map(\.value))
    let now = SampleMoments.mean(of: seen.suffix(width).map(\.value))
    return first.flatMap { first in now.map { (wanted, first - $0) } }
  }
}

/// The rule that calls a run: on which side of which value of a metric, as learned on some runs.
struct WarningRule {
  let orientation: EarlyWarning.Orientation
  /// On the runs that it was learned on; at least ½.
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
