public import Diagnosis
import LinearAlgebra
public import Spectra

/// One run of a study: its choices, what it logged, and what it did to the weights.
public struct StudyRun: Codable, Equatable, Sendable {
  /// Unique in a study.
  public var name: String
  /// What the run is an example of, in words: `pissa`, `pissa, dropout 0.05`. Runs of one arm differ in
  /// learning rate and seed alone.
  public var arm: String
  public var factors: Factors
  /// Nil if the run does not state it; such runs are compared unpaired.
  public var seed: Int?
  public var trainedParameters: Int?
  /// What the trainer logged, by TRL's names, ascending in step: `reward`, `eval_accuracy`, `entropy`, …
  public var curves: [String: [CurvePoint]]
  /// Medians of metrics over all adapted matrices, one summary for each measured step, ascending.
  public var steps: [StepSummary]
  /// Medians of metrics over the matrices of each kind at the last of these steps: `o_proj` → metric → value.
  public var kinds: [String: [String: Double]]
  /// Where the update's energy lies over the base's singular index at the last of these steps, averaged over
  /// matrices; empty without a base.
  public var profile: [ProjectionBin]
  /// Numbers that were measured once: top curvature at the start, accuracy after a reload, …; see
  /// `ProbeName`.
  public var probes: [String: Double]
  /// For training of all weights, which entries of each matrix changed in bfloat16 by the last measured step.
  public var masks: [String: EntryMask]?
  /// Why the run ended before its last step, in one line; nil if it did not.
  public var failure: String?
  /// How a run that was made elsewhere went, by its log; nil for runs of studies, which are examined.
  public var outcome: Outcome?
  /// What the rules said of a run that was made elsewhere, and from which step it was so.
  public var status: Verdict.Status?
  public var statusStep: Int?
  /// How a run that was made elsewhere was trained.
  public var settings: RunSettings?

  public init(
    name: String, arm: String, factors: Factors, seed: Int?, trainedParameters: Int? = nil,
    curves: [String: [CurvePoint]] = [:], steps: [StepSummary] = [],
    kinds: [String: [String: Double]] = [:], profile: [ProjectionBin] = [],
    probes: [String: Double] = [:], masks: [String: EntryMask]? = nil,
    failure: String? = nil, outcome: Outcome? = nil,
    status: Verdict.Status? = nil, statusStep: Int? = nil, settings: RunSettings? = nil
  ) {
    self.name = name
    self.arm = arm
    self.factors = factors
    self.seed = seed
    self.trainedParameters = trainedParameters
    self.curves = curves
    self.steps = steps
    self.kinds = kinds
    self.profile = profile
    self.probes = probes
    self.masks = masks
    self.failure = failure
    self.outcome = outcome
    self.status = status
    self.statusStep = statusStep
    self.settings = settings
  }

  /// The final score: accuracy on held-out problems at the last evaluation; without evaluations, the mean reward over
  /// the last tenth of the steps; of a run that was made elsewhere, the end of its ``outcome``. A run that failed scores
  /// 0, or its lowest value if that is negative, and none if less is better.
  public var finalScore: Double? {
    if failure != nil {
      guard let outcome else { return 0 }
      let lowest = curves[outcome.curveName]?.lazy.map(\.value).min() ?? 0
      return outcome.shouldRise ? min(0, lowest) : nil
    }
    if let outcome { return outcome.end }
    return curves[TrainingLog.examination]?.last?.value ?? meanReward(ofLast: 0.1)
  }

  /// The start score: accuracy on held-out problems at step 0, or the mean reward over the first twentieth of
  /// the steps.
  public var startScore: Double? {
    if let outcome { return outcome.start }
    if let first = curves[TrainingLog.examination]?.first, first.step == 0 { return first.value }
    let rewards = (curves["reward"] ?? []).map(\.value)
    let count = max(1, rewards.count / 20)
    return SampleMoments.mean(of: Array(rewards.prefix(count)))
  }

  private func meanReward(ofLast share: Double) -> Double? {
    let rewards = (curves["reward"] ?? []).map(\.value)
    guard !rewards.isEmpty else { return nil }
    let count = max(1, Int((share * Double(rewards.count)).rounded()))
    return SampleMoments.mean(of: Array(rewards.suffix(count)))
  }

  /// Whether, and where, the reward collapsed.
  public var collapse: CollapseFinding {
    CollapseDetector().finding(in: curves["reward"] ?? [])
  }

  /// Whether the run is lost at its end: its reward fell and did not come back, its loss diverged, or training stopped
  /// early because of a number that is not finite.
  public var isCollapsed: Bool {
    if failure != nil { return true }
    return status.map { $0 >= .diverged } ?? (collapse.outcome == .collapsed)
  }

  /// The summary of the last measured step.
  public var lastSummary: StepSummary? { steps.last }

  /// A metric's median over matrices at the last measured step.
  public func final(_ metric: String) -> Double? { lastSummary?.medians[metric] }

  /// A metric's median at the step nearest to a share of training, and that step.
  /// - Parameters:
  ///   - metric: The column's name.
  ///   - share: 0 … 1, of the run's last step; the nearest measured step above 0 is taken.
  public func value(of metric: String, at share: Double) -> (step: Int, value: Double)? {
    let last = factors.steps ?? steps.last?.step ?? 0
    let wanted = share * Double(last)
    let found = steps.filter { $0.step > 0 && $0.medians[metric] != nil }
      .min { abs(Double($0.step) - wanted) < abs(Double($1.step) - wanted) }
    return found.flatMap { summary in summary.medians[metric].map { (summary.step, $0) } }
  }
}

/// The names of numbers that a run measures once.
public enum ProbeName {
  /// Largest eigenvalue of the Fisher information of the start, estimated as the Hessian of the mean
  /// negative log-likelihood per token of its own answers.
  public static let curvature = "curvature"
  /// Of runs by demonstrations, the largest eigenvalue of the Hessian of their loss in the trained parameters of any one
  /// module, at the start.
  public static let largestModuleCurvature = "largest_module_curvature"
  /// The smallest one, which is below 0 where the start is a saddle.
  public static let smallestModuleCurvature = "smallest_module_curvature"
  /// κ of the start: how far the first step of the optimiser moves the policy, in nats per token over the square of the
  /// rate.
  public static let stepCurvature = "step_curvature"
  /// How far masks of the run's dropout move the policy before training, in nats per token.
  public static let maskMismatch = "mask_mismatch"
  /// Held-out accuracy at the end, sampled at the temperature at which papers examine.
  public static let accuracyAtUsualTemperature = atUsualTemperature("accuracy")
  /// The same before training.
  public static let startAtUsualTemperature = atUsualTemperature("start_accuracy")
  /// Held-out accuracy of the trained adapter on the pretrained base, without its residual base.
  public static let accuracyWithoutResidual = "accuracy_without_residual"
  /// Held-out accuracy after the start was computed again with another seed, as by a tool that recomputes it.
  public static let accuracyWithOtherStart = "accuracy_with_other_start"
  /// Held-out accuracy with the pretrained singular values put back into the trained weights.
  public static let accuracyWithBaseSpectrum = "accuracy_with_base_spectrum"
  /// Held-out accuracy of the pretrained base with the trained singular values.
  public static let accuracyOfSpectrumAlone = "accuracy_of_spectrum_alone"

  /// The name of an accuracy, such as one of those above, that is sampled at the temperature at which papers examine.
  public static func atUsualTemperature(_ name: String) -> String { name + "_at_temperature_0.6" }
}
