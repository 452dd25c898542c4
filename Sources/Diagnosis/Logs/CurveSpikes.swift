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

  /// How many points before one it is compared with, at most and at least.
  static let window = 9, fewest = 6

  /// - Parameters:
  ///   - points: Ascending in step. Only positive values can stand out: sizes are compared by their ratio, so that
  ///     the long tail of single batches is no spike.
  ///   - factor: How many times as large as the median before it a spike is at least.
  ///   - certainty: How many standard deviations of the logarithms a spike is high.
  init(in points: [CurvePoint], factor: Double, certainty: Double = 6) {
    let logarithms = points.filter { $0.value > 0 }.map {
      CurvePoint(step: $0.step, value: log($0.value))
    }
    let noise = SmoothedCurve.noise(of: logarithms.map(\.value)[...])
    // A constant stretch has a little noise of its own.
    let bound = max(log(factor), certainty * max(noise, 0.02))
    var steps: [Int] = []
    var height = 0.0
    var lastSpike = Int.min / 2
    for place in logarithms.indices.dropFirst(Self.fewest) {
      let before = logarithms[max(0, place - Self.window)..<place].map(\.value)
      guard let middle = SampleQuantile.median(of: before) else { continue }
      let rise = logarithms[place].value - middle
      guard rise > bound else { continue }
      height = max(height, exp(rise))
      // A spike may last for some points.
      if place - lastSpike > 5 { steps.append(logarithms[place].step) }
      lastSpike = place
    }
    self.steps = steps
    self.height = height
  }
}
