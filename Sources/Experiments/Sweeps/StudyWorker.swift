import Checkpoints
import Documents
import Studies
import Training

/// Trains runs of a study one after another on one thread.
///
/// Each worker has its own copy of the base.
struct StudyWorker {
  private let study: PlannedStudy
  private let base: StudyBase
  private let folder: StudyFolder
  private let model: DecoderModel<Float>
  private let tokenizer: any Tokenizer
  private let analyzer: PolicyAnalyzer
  private let version: String

  init(
    _ study: PlannedStudy, base: StudyBase, folder: StudyFolder, analyzer: PolicyAnalyzer,
    version: String
  ) throws {
    self.study = study
    self.base = base
    self.folder = folder
    (model, tokenizer) = try base.decoder()
    self.analyzer = analyzer
    self.version = version
  }

  /// Trains a run, analyses its weight updates on the way, and evaluates the counterfactuals; or probes a start; and
  /// stores the result.
  /// - Throws: `CancellationError` if the task was cancelled; the unfinished run later starts again from the beginning.
  func carryOut(_ planned: PlannedRun, fingerprint: String) throws -> FinishedUnit {
    let unit: FinishedUnit =
      planned.isProbe ? .probed(try probe(planned)) : .trained(try train(planned))
    try folder.write(StudyFolder.Result(fingerprint: fingerprint, unit: unit))
    return unit
  }

  /// Finds the rate at which a start dies.
  private func probe(_ planned: PlannedRun) throws -> StartProbe {
    let run = planned.specification
    let worker = ProbeWorker(
      model, tokenizer: tokenizer, wholeRunSteps: run.options.steps)
    let found = try worker.probe(run)
    return StartProbe(
      name: planned.name, arm: planned.arm, factors: planned.factors,
      trainedParameters: found.trainedParameters, reading: found.reading)
  }

  /// A run before its first step.
  func trainer(of planned: PlannedRun) throws -> Trainer<Float> {
    try planned.specification.trainer(on: model, tokenizer: tokenizer)
  }

  private func train(_ planned: PlannedRun) throws -> StudyRun {
    let path = folder.runPath(planned.name)
    // Another process of the same shard would train here too; it is asked before anything is removed.
    _ = try FolderLock(path)
    // An unfinished run of a killed study is trained again, because its analyses were not stored.
    try AtomicFolder.remove(path, ifOnly: StudyFolder.isOfRun)
    let trainer = try trainer(of: planned)
    var probes = try startProbes(planned, trainer)
    var run = try TrainingRun(
      trainer, path: path,
      description: RunDescription(
        basePath: base.path, baseHash: base.hash, settings: planned.specification.settings,
        version: version), resuming: false)
    var observation = RunObservation(planned, analyzer: analyzer)
    var failure: String?
    do {
      try run.run(isCancelled: { Task.isCancelled }) { event in
        if case .step(let record) = event { try observation.observe(record, trainer.policy) }
      }
      try examineEnd(trainer, into: &probes)
    } catch let error as TrainingError {
      // A run that diverges is a result; a full disk (an `OutputError`) is not.
      failure = "\(error)"
    }
    return observation.run(
      trainedParameters: trainer.policy.trainedCount, probes: probes, failure: failure)
  }

  /// At which papers examine.
  private static let usualTemperature = 0.6

  /// Accuracies after training: of each counterfactual reload, at temperature 1 and at the usual one, and of the policy
  /// itself at the usual one. Those that were found stay if one fails.
  private func examineEnd(_ trainer: Trainer<Float>, into probes: inout [String: Double]) throws {
    for question in CounterfactualRegistry.all {
      guard let reloaded = try trainer.reloaded(as: question) else { continue }
      probes[question.name] = try reloaded.accuracy(at: 1)
      probes[ProbeName.atUsualTemperature(question.name)] = try reloaded.accuracy(
        at: Self.usualTemperature)
    }
    probes[ProbeName.accuracyAtUsualTemperature] = try trainer.accuracy(at: Self.usualTemperature)
  }

  /// Measurements of a start before training, only for runs at the common learning rate: runs at other rates have the
  /// same start. The curvature of the loss needs double precision, because it is a difference of gradients.
  /// - Parameter trainer: That of the run, before its first step.
  private func startProbes(
    _ planned: PlannedRun, _ trainer: Trainer<Float>
  ) throws -> [String: Double] {
    guard planned.factors.learningRate == study.common.learningRate else { return [:] }
    let run = planned.specification
    let precise = try run.trainer(
      on: DecoderModel<Double>(reading: base.folder), tokenizer: tokenizer)
    var probes = [ProbeName.curvature: try precise.curvature().value]
    probes[ProbeName.startAtUsualTemperature] = try trainer.accuracy(at: Self.usualTemperature)
    guard case .rewards = run.options.signal else {
      let curvatures = try precise.moduleCurvatures()
      probes[ProbeName.largestModuleCurvature] = curvatures.map(\.largest).max()
      probes[ProbeName.smallestModuleCurvature] = curvatures.map(\.smallest).min()
      return probes
    }
    let probe = StepProbe(run, base: model, tokenizer: tokenizer)
    probes[ProbeName.stepCurvature] = try probe.firstStep().curvature
    if run.settings.dropout > 0 {
      probes[ProbeName.maskMismatch] = try probe.maskMismatch()
    }
    return probes
  }
}

extension StudyWorker {
  /// The seconds per unit of ``PlannedRun/cost``, measured over three steps of a run after one warm-up step; nil if it
  /// diverges in them.
  func secondsPerAnswer(of planned: PlannedRun) throws -> Double? {
    let trainer = try trainer(of: planned)
    let begin: ContinuousClock.Instant
    do {
      _ = try trainer.step()
      begin = .now
      for _ in 0..<3 { _ = try trainer.step() }
    } catch TrainingError.notFinite {
      return nil
    }
    let seconds = (ContinuousClock.now - begin) / .seconds(1)
    let options = planned.specification.options
    return seconds / 3 * Double(options.steps) / planned.cost
  }
}
