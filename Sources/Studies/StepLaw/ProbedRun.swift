import Diagnosis
import Foundation
import LinearAlgebra

/// What a short probe of a run that was trained elsewhere says about the rate that its start bears.
///
/// A step at another rate η moves the policy by about (η/η₀)² times as far as one at η₀. So the rate at which steps reach
/// `StepLaw.deadlyDivergence` follows from a few steps at a small rate.
package struct ProbedRun: Sendable, Equatable, Encodable {
  /// Where the divergences are from.
  package enum Source: Sendable, Equatable, Encodable {
    /// Our decoder read texts with the weights of consecutive checkpoints.
    case policies
    /// A column of the log.
    case column(String)

    /// In a sentence.
    package var words: String {
      switch self {
      case .policies: "what the policies of its checkpoints say about the texts"
      case .column(let name): "the column '\(name)' of its log"
      }
    }

    package func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(words)
    }
  }

  /// The policy moved between two steps.
  package struct Move: Sendable, Equatable, Encodable {
    package let from: Int, to: Int
    /// The root of the sum of the squared rates of the steps between.
    package let rate: Double
    /// Nats per token.
    package let divergence: Double

    package init(from: Int, to: Int, rate: Double, divergence: Double) {
      self.from = from
      self.to = to
      self.rate = rate
      self.divergence = divergence
    }
  }

  package let name: String
  package let source: Source
  package let moves: [Move]
  /// What was left out or is worth a look.
  package let notes: [String]
  /// The rate of the run, if it is known.
  package let rate: Double?
  /// The rate at which a run from this start is predicted to die.
  package let deathRate: Double
  package let deathInterval: StartAdvice.Rates
  package let recommended: StartAdvice.Rates

  /// - Parameters:
  ///   - name: The run's.
  ///   - source: Where the divergences are from.
  ///   - moves: In the order of steps. Those that moved nothing say nothing, nor do those from one on that went out of the
  ///     law's reach.
  ///   - rate: The peak of the run's learning rate.
  ///   - notes: What was left out or is worth a look.
  /// - Returns: nil without a move that says something.
  package init?(name: String, source: Source, moves: [Move], rate: Double?, notes: [String] = []) {
    // What follows a step out of the law's reach is not of the start any more.
    let told = moves.prefix { !($0.divergence > StepLaw.reach) }
      .filter { $0.rate > 0 && $0.divergence > 0 && $0.divergence.isFinite }
    guard
      let curvature = SampleQuantile.median(of: told.map { $0.divergence / ($0.rate * $0.rate) })
    else { return nil }
    self.name = name
    self.source = source
    self.moves = moves
    self.notes = notes
    self.rate = rate
    let death = (StepLaw.deadlyDivergence / (StepLaw.warmupShare * curvature)).squareRoot()
    let top = told.map(\.rate).max() ?? death
    let reach = Self.reach(from: top, to: death, moves: told)
    deathRate = death
    deathInterval = .init(lower: death / reach, upper: death * reach)
    recommended = .init(
      lower: death / StepLaw.safeDivisors.most, upper: death / StepLaw.safeDivisors.least)
  }

  /// The factor of the interval: the law's, and more for a longer way from the probe's rate, and for few moves.
  private static func reach(from top: Double, to death: Double, moves: [Move]) -> Double {
    let law = log(StepLaw.typicalError)
    let way = StepLaw.extrapolationError * max(log10(death / top), 0)
    let few = StepLaw.moveError / Double(moves.count).squareRoot()
    return exp(
      NormalDistribution.quantile(0.975) * (law * law + way * way + few * few).squareRoot())
  }

  /// `pissa bears 2.4e-3: use 2e-4 to 6e-4`, and where the run's own rate stands.
  package var sentence: String {
    let own = rate.map { rate in
      let ratio = rate / deathRate
      if (0.8...1.25).contains(ratio) {
        return "; its rate of \(Words.twoDigitRate(rate)) is about what it bears"
      }
      return ratio > 1
        ? "; its rate of \(Words.twoDigitRate(rate)) is \(Words.number((ratio * 10).rounded() / 10)) times what it bears"
        : "; its rate of \(Words.twoDigitRate(rate)) lies \(Words.number((10 / ratio).rounded() / 10)) times below"
    }
    return
      "\(name) bears \(Words.twoDigitRate(deathRate)): use \(Words.roundRate(recommended.lower)) to "
      + "\(Words.roundRate(recommended.upper))\(own ?? "")"
  }
}
