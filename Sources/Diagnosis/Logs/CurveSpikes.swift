import LinearAlgebra

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Points that stand out above those before them.
struct CurveSpikes {
  /// The steps of the spikes, the first point of each.
  let steps: [Int]
  /// The highest, as a multiple of the median before it.
  let height: Double

  /// How many points before one it is compared with.
  static let window = 15

  /// - Parameters:
  ///   - points: Ascending in step. Only positive values can stand out: sizes are compared by their ratio, so that
  ///     the long tail of single batches is no spike.
  ///   - factor: How many times as large as the median before it a spike is at least.
  ///   - certainty: How many deviations of the logarithm, by the median of its absolute deviations.
  init(in points: [CurvePoint], factor: Double, certainty: Double = 8) {
    let values = points.map { $0.value > 0 ? log($0.value) : nil }
    var steps: [Int] = []
    var height = 0.0
    var lastSpike = -Self.window
    for place in points.indices.dropFirst(Self.window / 2) {
      guard let value = values[place] else { continue }
      let before = values[max(0, place - Self.window)..<place].compactMap(\.self)
      guard before.count >= Self.window / 2, let middle = SampleQuantile.median(of: before),
        let spread = SampleQuantile.median(of: before.map { abs($0 - middle) })
      else { continue }
      let rise = value - middle
      // 1.4826 makes it the deviation of a normal distribution; a constant stretch has a little noise of its own.
      guard rise > log(factor), rise > certainty * max(1.4826 * spread, 0.02) else { continue }
      height = max(height, exp(rise))
      // A spike may last for some points.
      if place - lastSpike > 5 { steps.append(points[place].step) }
      lastSpike = place
    }
    self.steps = steps
    self.height = height
  }
}
