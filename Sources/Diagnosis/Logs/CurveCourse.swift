import Checkpoints
import LinearAlgebra

/// How a logged curve went: its level at both ends, and whether it moved by more than its noise.
struct CurveCourse {
  /// The means of the first and of the last fifth of the points, at least three each.
  let start: Double
  let end: Double
  /// The median of the last fifth: one wild point does not move it.
  let tail: Double
  /// The standard error of `end` − `start` by the noise of the points.
  let error: Double
  /// The last fifth.
  let last: ArraySlice<CurvePoint>
  let points: [CurvePoint]

  /// Fewer points have no course.
  static let fewest = 8
  /// Within so many standard errors there is no change that could be told from noise.
  static let usualCertainty = 2.0
  /// A change counts from so many on: the points of a curve hang together (a batch is not independent of the weights
  /// before it), so what would do for independent ones is doubled.
  static let certainty = 2 * usualCertainty

  /// Nil for a curve of fewer than ``fewest`` points.
  init?(_ points: [CurvePoint]) {
    guard points.count >= Self.fewest else { return nil }
    let count = max(3, points.count / 5)
    let (first, last) = (points.prefix(count), points.suffix(count))
    start = SampleMoments.mean(of: first.map(\.value)) ?? 0
    end = SampleMoments.mean(of: last.map(\.value)) ?? 0
    tail = SampleQuantile.median(of: last.map(\.value)) ?? 0
    error = SmoothedCurve.error(
      ofMeansOver: count, and: count, noise: SmoothedCurve.noise(ofCurve: points.map(\.value)))
    self.last = last
    self.points = points
  }

  /// Where it began, of the first points alone; `start` is a mean over more, in which a run may have moved.
  var beginning: Double { SmoothedCurve.start(of: points) }
  var change: Double { end - start }
  /// Whether it may have moved: to say that it did not asks for more than to doubt that it did.
  var mayHaveChanged: Bool { abs(change) > Self.usualCertainty * error }
  var hasRisen: Bool { change > Self.certainty * error }
  var hasFallen: Bool { -change > Self.certainty * error }

  /// The share of the points that fulfil a condition.
  func share(where condition: (Double) -> Bool) -> Double {
    Double(points.count { condition($0.value) }) / Double(points.count)
  }

  /// The first step from which all points but one in ten fulfil a condition; nil if they do not at the end.
  func step(since condition: (Double) -> Bool) -> Int? {
    var (kept, count, found) = (0, 0, Int?.none)
    for point in points.reversed() {
      count += 1
      if condition(point.value) { kept += 1 }
      if Double(kept) >= 0.9 * Double(count) {
        if condition(point.value) { found = point.step }
      } else if count > 10 {
        break
      }
    }
    return found
  }

  /// The slope by which the second half of the curve moves in a step: the median over pairs of points half of it apart,
  /// which outliers do not move (Theil and Sen).
  var lateSlope: Double {
    let half = Array(points.suffix(points.count / 2))
    let gap = max(1, half.count / 2)
    let slopes = zip(half, half.dropFirst(gap)).map {
      ($1.value - $0.value) / Double($1.step - $0.step)
    }
    return SampleQuantile.median(of: slopes) ?? 0
  }
}

extension TrainingLog {
  /// The course of a quantity; nil if it was not logged or too seldom.
  func course(of quantity: LoggedQuantity) -> (column: String, course: CurveCourse)? {
    guard let curve = curve(of: quantity), let course = CurveCourse(curve.points) else {
      return nil
    }
    return (curve.column, course)
  }
}
