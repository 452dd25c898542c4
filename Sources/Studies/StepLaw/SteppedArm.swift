import LinearAlgebra

/// A size of a step, of which one may ask whether it orders all starts.
package enum StepSize: Sendable {
  /// η√κ: how far the step moves the policy.
  case functional
  /// η.
  case rate
  /// η√λ, with λ the largest eigenvalue of the Fisher information at the start.
  case steepness
}

/// An arm of a study with its scores over learning rates, and what was measured of its start.
package struct SteppedArm: Sendable {
  package let arm: String
  /// κ, in nats per token over the square of the rate.
  package let curvature: Double
  /// λ.
  package let steepness: Double
  /// The mean score at each learning rate.
  package let scores: [Double: Double]

  /// The arm's cells by a size of the step, ascending in the rate.
  package func cells(_ size: StepSize) -> [CommonCurve.Cell] {
    scores.sorted { $0.key < $1.key }.map { rate, score in
      .init(arm: arm, size: rate * factor(size), score: score)
    }
  }

  private func factor(_ size: StepSize) -> Double {
    switch size {
    case .functional: curvature.squareRoot()
    case .rate: 1
    case .steepness: steepness.squareRoot()
    }
  }
}

extension StudyResults {
  /// The arms that differ from the common run in method and rate alone, and of whose start κ and the curvature were
  /// measured.
  /// - Parameter fewestRates: Arms at fewer learning rates are left out.
  package func steppedArms(fewestRates: Int) -> [SteppedArm] {
    arms.compactMap { arm in
      let runs = runs(ofArm: arm)
      guard runs.first?.factors.isMethod(like: common) == true,
        let curvature = runs.map({ $0.probes[ProbeName.stepCurvature] }).geometricMean,
        let steepness = runs.map({ $0.probes[ProbeName.curvature] }).geometricMean
      else { return nil }
      let scores = Self.rates(of: runs).reduce(into: [Double: Double]()) { found, rate in
        found[rate] = SampleMoments.mean(of: runs.at(rate: rate).finalScores)
      }
      guard scores.count >= fewestRates else { return nil }
      return SteppedArm(arm: arm, curvature: curvature, steepness: steepness, scores: scores)
    }
  }

  /// The probed starts with or without dropout.
  func arms(withoutDropout isClean: Bool) -> [ProbedArm] {
    probedArms.filter { (($0.factors.dropout ?? 0) == 0) == isClean }
  }
}
