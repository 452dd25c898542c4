import LinearAlgebra

/// A logged curve, averaged over a trailing window, and how noisy its points are.
///
/// It is made once for all checkpoints of a run: a log may have a million rows.
public struct SmoothedCurve: Sendable, Equatable {
  /// How many points an average spans.
  public let window: Int
  /// The averages, each at the step of the last point that it spans. The first `window` − 1 span fewer.
  public let points: [CurvePoint]
  /// The standard deviation of a point about the curve, by the median of how far points lie from the middle of their
  /// neighbours: neither a slope nor a fall counts as noise. Of a long curve it is that of the noisiest third, because
  /// margins become noisier as they grow. 0 for fewer than three points.
  public let noise: Double

  /// - Parameters:
  ///   - curve: Finite values, ascending in step.
  ///   - window: How many points an average spans; nil for `window(for:)`.
  public init(_ curve: [CurvePoint], window: Int? = nil) {
    let window = window ?? Self.window(for: curve.count)
    self.window = window
    let values = curve.map(\.value)
    points = zip(curve, SampleMoments.trailingMeans(of: values, window: window))
      .map { CurvePoint(step: $0.step, value: $1) }
    noise = Self.noise(ofCurve: values)
  }

  /// The ``noise`` of a curve, without its averages.
  static func noise(ofCurve values: [Double]) -> Double {
    let third = values.count / 3
    let parts =
      third < 10
      ? [values[...]]
      : [values.prefix(third), values.dropFirst(third).dropLast(third), values.suffix(third)]
    return parts.map(noise).max() ?? 0
  }

  /// The standard deviation of values about a smooth course, by the median of how far each lies from the middle of its
  /// neighbours; 0 for fewer than three.
  static func noise(of values: ArraySlice<Double>) -> Double {
    let bends = values.indices.dropFirst().dropLast().map { place in
      // Quarters: the distance of two values may exceed the range of Double.
      4 * abs(values[place - 1] / 4 + values[place + 1] / 4 - values[place] / 2)
    }
    return (SampleQuantile.median(of: bends) ?? 0) * noiseOfMedianBend
  }

  /// The window for a curve of so many points: a twentieth, at least five; of fewer than twenty, a quarter.
  ///
  /// The best of many short averages is luck, so the number of windows is bounded.
  public static func window(for count: Int) -> Int {
    count < 20 ? max(1, count / 4) : max(5, count / 20)
  }

  /// x₁ − 2 x₂ + x₃ of values of a normal distribution has √6 of its deviation, and the median of its size is 0.6745 of
  /// that.
  private static let noiseOfMedianBend = 1 / (0.6745 * 6.0.squareRoot())

  /// The averages that span a whole window.
  public var whole: ArraySlice<CurvePoint> { points.dropFirst(window - 1) }

  /// How many points lie at or before a step. O(log points).
  func count(upTo step: Int) -> Int {
    var range = 0..<points.count
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      range =
        points[middle].step <= step ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }

  /// The standard error of the difference between two means of so many points.
  func error(ofMeansOver count: Int, and other: Int) -> Double {
    Self.error(ofMeansOver: count, and: other, noise: noise)
  }

  /// The standard error of the difference between a curve's first point and an average.
  static func errorOfFirst(of curve: [CurvePoint]) -> Double {
    error(ofMeansOver: 1, and: window(for: curve.count), noise: noiseOfStart(of: curve))
  }

  /// The average of the first points of a curve, as many as lie within noise of each other, a window at most; 0 for none.
  static func start(of curve: [CurvePoint]) -> Double {
    guard var mean = curve.first?.value else { return 0 }
    let noise = noiseOfStart(of: curve)
    for (count, point) in zip(1..., curve.dropFirst().prefix(window(for: curve.count) - 1)) {
      let error = error(ofMeansOver: count, and: 1, noise: noise)
      guard abs(point.value - mean) <= CurveCourse.usualCertainty * error else { break }
      mean += (point.value - mean) / Double(count + 1)
    }
    return mean
  }

  /// What leaps is wild where it leaps, so the noise of the first points is taken to be that of the end.
  private static func noiseOfStart(of curve: [CurvePoint]) -> Double {
    noise(ofCurve: curve.suffix(max(4, curve.count / 3)).map(\.value))
  }

  static func error(ofMeansOver count: Int, and other: Int, noise: Double) -> Double {
    noise * (1 / Double(max(count, 1)) + 1 / Double(max(other, 1))).squareRoot()
  }
}
