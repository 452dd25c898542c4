import LinearAlgebra

/// What is printed; the keys that the twin has too mean the same there.
struct SpeedReport: Encodable {
  let width: Int
  let threads: Int
  let repeats: Int
  let lanes: Int
  let matrixParameters: Int
  let peakGflopsOneCore: Double
  let peakGflopsOneCoreAfter: Double
  let blas: String
  let sampling: JobReport
  let lowRank: JobReport
  let full: JobReport

  /// Measures everything.
  init(_ options: SpeedOptions) throws {
    let setting = Setting(width: options.width, threads: options.threads)
    let one = Peak.ofOneCore()
    let parameters = Double(setting.matrixParameters)
    let share = parameters / (one * Double(options.threads))
    func measured(_ operations: Double, _ job: () -> Int) -> JobReport {
      JobReport(Timing(repeats: options.repeats, job), shareOfOneToken: operations * share)
    }
    func trained(_ job: TrainingJob) -> JobReport {
      var report = measured(6, job.run)
      report.trainedParameters = job.trainedParameters
      return report
    }
    let sampler = try SamplingJob(setting)
    sampling = measured(2, sampler.run)
    lowRank = trained(try TrainingJob(setting, "lora"))
    full = trained(try TrainingJob(setting, "full"))
    width = options.width
    threads = options.threads
    repeats = options.repeats
    lanes = setting.lanes
    matrixParameters = setting.matrixParameters
    peakGflopsOneCore = (one / 1e9).rounded(to: 1)
    peakGflopsOneCoreAfter = (Peak.ofOneCore() / 1e9).rounded(to: 1)
    blas = "OpenBLAS, \(LinearAlgebraLibrary.current.core)"
  }
}

/// The speed of one job.
struct JobReport: Encodable {
  struct Spread: Encodable {
    let median: Double
    let best: Double
  }

  let tokensPerSecond: Spread
  /// Of the middle repeat.
  let milliseconds: Double
  let shareOfPeak: Spread
  /// Of a step.
  var trainedParameters: Int?

  /// - Parameters:
  ///   - timing: Of at least one repeat.
  ///   - shareOfOneToken: The share of peak of one token per second.
  init(_ timing: Timing, shareOfOneToken: Double) {
    let (median, best) = (timing.rates.median, timing.rates.max() ?? 0)
    tokensPerSecond = Spread(median: median.rounded(), best: best.rounded())
    milliseconds = (1e3 * timing.seconds.median).rounded(to: 2)
    shareOfPeak = Spread(
      median: (median * shareOfOneToken).rounded(to: 3),
      best: (best * shareOfOneToken).rounded(to: 3))
  }
}

/// What the processor can do.
enum Peak {
  /// Operations a second of `sgemm` on 1024 × 1024 matrices, the best of 20.
  static func ofOneCore() -> Double {
    let size = 1024
    var generator = SplitMix64(seed: 5)
    func drawn() -> MatrixView<Float> {
      MatrixView(generator.gaussianMatrix(rows: size, columns: size))
    }
    let (left, right, product) = (drawn(), drawn(), MatrixView<Float>(rows: size, columns: size))
    let timing = Timing(repeats: 20) {
      product.multiply(left, right)
      return size
    }
    return 2 * Double(size * size * size) / (timing.seconds.min() ?? .infinity)
  }
}

extension Double {
  /// To so many decimals.
  fileprivate func rounded(to decimals: Int) -> Double {
    let unit = (0..<decimals).reduce(1.0) { unit, _ in unit * 10 }
    return (self * unit).rounded() / unit
  }
}
