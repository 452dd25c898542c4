import Diagnosis
import LinearAlgebra
import Spectra
import Studies

/// Numbers of several runs at one x, as their mean with its interval.
struct SeriesPoint {
  let x: Double
  let mean: Double
  let low: Double?
  let high: Double?

  /// Nil without numbers.
  /// - Parameter range: Between what they can lie.
  init?(x: Double, values: [Double], in range: ClosedRange<Double>? = nil) {
    guard let estimate = Estimate(of: values, in: range) else { return nil }
    self.x = x
    mean = estimate.mean
    low = estimate.interval?.lower
    high = estimate.interval?.upper
  }

  var point: (x: Double, y: Double, low: Double?, high: Double?) { (x, mean, low, high) }
}

extension StudyResults {
  /// The arms that differ from the common run only in adapter, rank and rate: those in a picture of methods. Of runs that
  /// were made elsewhere all are: nobody planned which of them are controls, and full fine-tuning has no rank and no
  /// targets to have in common.
  var methodArms: [String] {
    if measure != .examination { return arms }
    return arms.filter { arm in
      runs.first { $0.arm == arm }?.factors.isMethod(like: common) ?? false
    }
  }

  /// The other arms, which vary something else.
  var controlArms: [String] {
    let methods = Set(methodArms)
    return arms.filter { !methods.contains($0) }
  }

  /// The rate at which an arm is shown if only one can be: the common one, else the highest that did not
  /// collapse, else the lowest.
  func shownRate(of arm: String) -> Double? {
    let rates = Self.rates(of: runs(ofArm: arm))
    if let common = common.learningRate, rates.contains(common) { return common }
    return rates.last { rate in !runs(ofArm: arm, rate: rate).areLost } ?? rates.first
  }

  /// An arm, with the rate at which it is shown unless that is the common one.
  func shownLabel(of arm: String) -> String {
    let rate = shownRate(of: arm)
    return rate == common.learningRate ? arm : "\(arm), \(rate.map(Words.rate) ?? "rate unknown")"
  }

  /// The highest rate at which most runs of an arm are alive at their end.
  func highestLivingRate(of arm: String) -> Double? {
    Self.rates(of: runs(ofArm: arm)).last { !runs(ofArm: arm, rate: $0).areLost }
  }

  /// The lowest rate at which half of an arm's runs are lost.
  func deathRate(of arm: String) -> Double? {
    Self.rates(of: runs(ofArm: arm)).first { runs(ofArm: arm, rate: $0).areLost }
  }

  /// The style of an arm: that of its method.
  func style(ofArm arm: String) -> SeriesStyle {
    SeriesStyle(method: runs(ofArm: arm).first?.factors.adapter ?? arm)
  }

  /// The styles of several arms in one picture, in their order.
  func styles(ofArms arms: [String]) -> [SeriesStyle] {
    SeriesStyle.styles(
      ofMethods: arms.map { arm in runs(ofArm: arm).first?.factors.adapter ?? arm })
  }

  /// The mean score at the start of all runs.
  var meanStart: Double? { Estimate(of: runs.startScores)?.mean }
}

extension [StudyRun] {
  /// Whether at least half of the runs are lost at their end.
  var areLost: Bool { !isEmpty && 2 * count(where: \.isCollapsed) >= count }

  /// A logged curve, averaged over runs step by step.
  func curve(_ name: String, window: Int = 1) -> [SeriesPoint] {
    var values = [Int: [Double]]()
    for run in self {
      let curve = run.curves[name] ?? []
      for (index, point) in curve.enumerated() {
        let recent = curve[Swift.max(0, index - window + 1)...index].map(\.value)
        values[point.step, default: []].append(SampleMoments.mean(of: recent) ?? point.value)
      }
    }
    return values.sorted { $0.key < $1.key }
      .compactMap { SeriesPoint(x: Double($0.key), values: $0.value) }
  }

  /// A metric's medians, averaged over runs at each step that was looked at.
  /// - Parameter range: Between what they can lie.
  func metric(_ name: String, in range: ClosedRange<Double>) -> [SeriesPoint] {
    var values = [Int: [Double]]()
    for run in self {
      for summary in run.steps {
        if let value = summary.medians[name] { values[summary.step, default: []].append(value) }
      }
    }
    return values.sorted { $0.key < $1.key }
      .compactMap { SeriesPoint(x: Double($0.key), values: $0.value, in: range) }
  }
}
