import Adapters
import Diagnosis
import LinearAlgebra
import Studies
import Training

/// What was measured of a start with one seed, and how many numbers it trains.
struct ProbedStart: Sendable {
  let trainedParameters: Int
  let reading: StartReading
}

/// Probes starts one after another on one thread, with its own copy of the base.
struct ProbeWorker {
  private let model: DecoderModel<Float>
  private let tokenizer: any Tokenizer
  private let wholeRunSteps: Int?

  init(_ base: StudyBase, wholeRunSteps: Int?) throws {
    let (model, tokenizer) = try base.decoder()
    self.init(model, tokenizer: tokenizer, wholeRunSteps: wholeRunSteps)
  }

  /// - Parameters:
  ///   - model: The base.
  ///   - tokenizer: The base's.
  ///   - wholeRunSteps: How many steps whole runs have that show whether a start dies; nil for none.
  init(_ model: DecoderModel<Float>, tokenizer: any Tokenizer, wholeRunSteps: Int?) {
    self.model = model
    self.tokenizer = tokenizer
    self.wholeRunSteps = wholeRunSteps
  }

  /// - Throws: `CancellationError` if the task was cancelled.
  func probe(_ run: RunSpecification) throws -> ProbedStart {
    let probe = StepProbe(run, base: model, tokenizer: tokenizer)
    let first = try probe.firstStep()
    var search = RateSearch(
      bound: StepLaw.deadlyDivergence, guess: StepLaw.guess(curvature: first.curvature))
    while let rate = search.next {
      try Task.checkCancellation()
      let move = try probe.divergences(atPeak: rate).flatMap { EarlyMove($0) }
      search.add(.init(rate: rate, value: move?.divergence ?? .infinity))
    }
    return ProbedStart(
      trainedParameters: first.trainedParameters,
      reading: StartReading(
        seed: Int(clamping: run.options.seed), curvature: first.curvature,
        maskMismatch: try maskMismatch(of: run), shortRuns: search.readings,
        crossing: search.crossing, bisected: try bisect(run, from: search.crossing)))
  }

  /// What masks do: those of the run, or the usual ones if it has none.
  private func maskMismatch(of run: RunSpecification) throws -> Double? {
    var settings = run.settings
    if settings.dropout == 0 { settings.dropout = AdvicePlan.usualDropout }
    let masked = try RunSpecification(settings, task: run.task)
    return try StepProbe(masked, base: model, tokenizer: tokenizer).maskMismatch()
  }

  /// The rate at which whole runs die.
  private func bisect(_ run: RunSpecification, from guess: Double?) throws -> Double? {
    guard let steps = wholeRunSteps, let guess else { return nil }
    // Whole runs live or die: the two values lie as far from the bound as makes the search go by half a decade at most.
    var search = RateSearch(bound: 1, guess: guess, closeness: 1.16)
    while let rate = search.next {
      search.add(.init(rate: rate, value: try dies(run, rate: rate, steps: steps) ? 2 : 0.5))
    }
    return search.crossing
  }

  /// Whether a run dies: its reward collapses or ends below half of where it began, or a number is not finite.
  private func dies(_ run: RunSpecification, rate: Double, steps: Int) throws -> Bool {
    var run = run
    run.options.learningRate = rate
    run.options.steps = steps
    let trainer = try run.trainer(on: model, tokenizer: tokenizer)
    var curve = [CurvePoint]()
    for step in 1...steps {
      try Task.checkCancellation()
      do {
        curve.append(CurvePoint(step: step, value: try trainer.step()["reward"] ?? 0))
      } catch TrainingError.notFinite {
        return true
      }
    }
    if CollapseDetector().finding(in: curve).outcome == .collapsed { return true }
    let smoothed = SmoothedCurve(curve).whole
    guard let start = smoothed.first?.value, let end = smoothed.last?.value else { return false }
    return end < start / 2
  }
}
