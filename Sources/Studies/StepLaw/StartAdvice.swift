import Diagnosis
import Foundation
import LinearAlgebra

/// What was measured of a start with one seed.
package struct StartReading: Sendable, Equatable, Codable {
  package var seed: Int
  /// κ: the divergence of the first step over the square of the rate, in nats per token; nil if the first answers teach
  /// nothing.
  package var curvature: Double?
  /// How far masks of dropout move the policy before training, in nats per token; nil if the method has no dropout.
  package var maskMismatch: Double?
  /// The median divergence of a step of short runs at some rates, in nats per token.
  package var shortRuns: [RateSearch.Reading]
  /// The rate at which short runs cross `StepLaw.deadlyDivergence`; nil if none of those tried does.
  package var crossing: Double?
  /// The rate at which whole runs die, bisected; nil if no whole runs were asked for, or all ended alike.
  package var bisected: Double?

  package init(
    seed: Int, curvature: Double?, maskMismatch: Double?, shortRuns: [RateSearch.Reading],
    crossing: Double?, bisected: Double?
  ) {
    self.seed = seed
    self.curvature = curvature
    self.maskMismatch = maskMismatch
    self.shortRuns = shortRuns
    self.crossing = crossing
    self.bisected = bisected
  }
}

/// Which rates a start bears.
package struct StartAdvice: Sendable, Equatable, Codable {
  /// A range of rates.
  package struct Rates: Sendable, Equatable, Codable {
    package let lower: Double, upper: Double
  }

  /// What it is called: `pissa`.
  package let start: String
  package let trainedParameters: Int
  /// The geometric mean of κ over seeds.
  package let curvature: Double?
  package let maskMismatch: Double?
  /// The rate at which the start is predicted to die: the geometric mean over seeds; nil if no seed has one.
  package let deathRate: Double?
  /// 95 % of such predictions hold the rate at which whole runs die: the error of the law, and that over seeds.
  package let deathInterval: Rates?
  /// The rates to use.
  package let recommended: Rates?
  /// The rate at which whole runs died: the geometric mean over seeds.
  package let bisected: Double?
  /// By seed.
  package let readings: [StartReading]

  /// - Parameters:
  ///   - start: What it is called.
  ///   - trainedParameters: How many numbers are trained.
  ///   - readings: One a seed, at least one.
  package init(start: String, trainedParameters: Int, readings: [StartReading]) {
    self.start = start
    self.trainedParameters = trainedParameters
    self.readings = readings
    curvature = readings.map(\.curvature).geometricMean
    let masks = readings.compactMap(\.maskMismatch)
    maskMismatch = SampleMoments.mean(of: masks)
    bisected = readings.map(\.bisected).geometricMean
    let crossings = readings.compactMap(\.crossing)
    deathRate = readings.map(\.crossing).geometricMean
    deathInterval = deathRate.map { Self.interval(around: $0, crossings) }
    recommended = deathRate.map {
      Rates(lower: $0 / StepLaw.safeDivisors.most, upper: $0 / StepLaw.safeDivisors.least)
    }
  }

  /// The range of the rate of death. The error of the law and that of the mean over seeds are independent. The latter is
  /// taken as normal: Student's factor for two seeds would say that nothing is known, where other starts show how much
  /// seeds differ.
  private static func interval(around rate: Double, _ crossings: [Double]) -> Rates {
    let law = log(StepLaw.typicalError)
    let deviation = SampleMoments.standardDeviation(of: crossings.map { log($0) }) ?? 0
    let seeds =
      crossings.count > 1
      ? deviation / Double(crossings.count).squareRoot() : 0
    let reach = exp(NormalDistribution.quantile(0.975) * (law * law + seeds * seeds).squareRoot())
    return Rates(lower: rate / reach, upper: rate * reach)
  }
}
