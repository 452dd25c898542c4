import Checkpoints
public import Spectra

/// Everything that rules may look at.
public struct ExaminedRun: Sendable {
  public let settings: RunSettings
  public let log: TrainingLog
  /// The curve that says how the run went; nil if none was logged.
  public let outcome: Outcome?
  /// The summaries of the analysed checkpoints, ascending; empty if none was.
  public let steps: [StepSummary]
  /// The matrices of the last of them. Those of an analysis of files have neither spectra nor projections, which stay on
  /// disk.
  public let modules: [ModuleAnalysis]
  /// The matrices of all of them with numbers that are not finite or too large.
  public let unusable: [ModuleAnalysis]
  /// The steps of all saved checkpoints, ascending; empty if they are not known.
  public let checkpoints: [Int]

  /// - Parameters:
  ///   - settings: How the run was trained.
  ///   - log: What it logged.
  ///   - steps: The summaries of the analysed checkpoints, ascending.
  ///   - modules: The matrices of the last of these, and of the others those whose numbers cannot be used.
  ///   - checkpoints: The steps of all saved checkpoints, ascending; empty if they are not known.
  public init(
    settings: RunSettings, log: TrainingLog, steps: [StepSummary] = [],
    modules: [ModuleAnalysis] = [], checkpoints: [Int] = []
  ) {
    self.settings = settings
    self.log = log
    self.steps = steps
    unusable = modules.filter { $0.nonFiniteCount > 0 }
    self.modules = modules.filter { $0.identity.step == steps.last?.step }
    self.checkpoints = checkpoints
    outcome = Outcome(of: log, kind: settings.kind)
  }
}

extension ExaminedRun {
  /// Whether the policy is trained on rewards of its own answers.
  var isReinforcement: Bool { settings.kind == .reinforcement }

  /// The course of the curve that says how the run went.
  var outcomeCourse: CurveCourse? {
    outcome.flatMap { log.curve(of: $0.quantity) }.flatMap { CurveCourse($0.points) }
  }

  /// Whether the reward ends near the top of its scale: rewards of 0 to 1, and at least 0.9 of them. Then a policy that is
  /// sure of its answers, and groups that agree, are what was wanted.
  var isSolved: Bool {
    guard isReinforcement, let course = outcomeCourse, course.end >= 0.9 else { return false }
    return course.points.allSatisfy { (0...1).contains($0.value) }
  }

  /// Whether enough was logged of what says how the run went.
  var isJudged: Bool {
    settings.kind.outcomes.contains { log.curve(of: $0)?.points.count ?? 0 >= CurveCourse.fewest }
  }

  /// Whether the outcome got better by more than its noise.
  var hasImproved: Bool {
    guard let outcome, let course = outcomeCourse else { return false }
    return outcome.shouldRise ? course.hasRisen : course.hasFallen
  }

  /// Whether nothing was trained yet: what is there is the checkpoint of step 0, and nothing was logged after it.
  var hasNotBegun: Bool {
    let logged = log.curves.values.compactMap(\.last?.step) + log.nonFinite.values.map(\.last)
    let reached = checkpoints + logged + steps.map(\.step)
    return !(checkpoints.isEmpty && logged.isEmpty) && reached.allSatisfy { $0 == 0 }
  }

  /// How far the policy or the weights had moved when a run was lost, in words; nil if that is not known.
  func sizeBefore(_ step: Int) -> String? {
    let moves = (log.curve(of: .stepDivergence)?.points ?? []).filter { $0.step <= step }
    if let longest = moves.max(by: { $0.value < $1.value }), longest.value > 0 {
      return "step \(longest.step) moved it by \(Words.number(longest.value)) nats for each token"
    }
    let sizes = steps.compactMap { summary in
      summary.medians[RelativeUpdateNorm.name].map { (step: summary.step, size: $0) }
    }
    return sizes.first { (1...max(step, 1)).contains($0.step) && $0.size > 0 }.map {
      "at step \($0.step) the median update was \(Words.multiple($0.size)) its base"
    }
  }
}
