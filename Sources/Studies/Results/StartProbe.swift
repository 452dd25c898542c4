import Diagnosis
import Foundation
import LinearAlgebra

/// A start of a study that was probed for the rate at which it dies, in place of a run at one rate.
package struct StartProbe: Codable, Equatable, Sendable {
  /// Unique in a study.
  package var name: String
  package var arm: String
  /// The choices of its whole runs; without a learning rate.
  package var factors: Factors
  package var trainedParameters: Int
  /// With its seed.
  package var reading: StartReading

  package init(
    name: String, arm: String, factors: Factors, trainedParameters: Int, reading: StartReading
  ) {
    self.name = name
    self.arm = arm
    self.factors = factors
    self.trainedParameters = trainedParameters
    self.reading = reading
  }
}

/// One unit of a study that is finished.
package enum FinishedUnit: Equatable, Sendable {
  case trained(StudyRun)
  case probed(StartProbe)

  package var name: String {
    switch self {
    case .trained(let run): run.name
    case .probed(let probe): probe.name
    }
  }
}

/// What was found of a start with all of its seeds. Rates and curvatures are geometric means, because seeds differ by
/// factors.
package struct ProbedArm: Equatable, Sendable {
  package let arm: String
  package let factors: Factors
  package let readings: [StartReading]
  /// κ, in nats per token over the square of the rate.
  package let curvature: Double?
  /// The rate at which short runs cross `StepLaw.deadlyDivergence`.
  package let crossing: Double?
  /// The rate at which whole runs die, bisected.
  package let death: Double?
  /// How far masks of dropout move the policy before training, in nats per token.
  package let maskMismatch: Double?

  /// - Parameter probes: Of one arm, at least one.
  init(_ probes: [StartProbe]) {
    arm = probes[0].arm
    factors = probes[0].factors
    readings = probes.map(\.reading)
    curvature = readings.map(\.curvature).geometricMean
    crossing = readings.map(\.crossing).geometricMean
    death = readings.map(\.bisected).geometricMean
    maskMismatch = SampleMoments.mean(of: readings.compactMap(\.maskMismatch))
  }

  /// The rate of death with each seed that has one.
  var deathsBySeed: [Int: Double] {
    readings.reduce(into: [:]) { found, reading in
      if let death = reading.bisected { found[reading.seed] = death }
    }
  }
}

extension StudyResults {
  /// The starts that were probed, in the order of the study.
  package var probedArms: [ProbedArm] {
    var seen = Set<String>()
    return probes.map(\.arm).filter { seen.insert($0).inserted }
      .map { arm in ProbedArm(probes.filter { $0.arm == arm }) }
  }
}

extension [Double?] {
  /// Of the values that are there; nil if there are none.
  var geometricMean: Double? {
    SampleMoments.mean(of: compactMap { $0.map { log($0) } }).map { exp($0) }
  }
}
