import Checkpoints
import Foundation
import Studies
import Training

/// Trains one run of a study after the other on one thread.
///
/// Each worker reads the base for itself.
struct StudyWorker {
  private let study: PlannedStudy
  private let baseHash: String
  private let folder: StudyFolder
  private let base: DecoderModel<Float>
  private let tokenizer: any Tokenizer
  private let analyzer: PolicyAnalyzer
  private let version: String

  init(
    _ study: PlannedStudy, baseHash: String, folder: StudyFolder, analyzer: PolicyAnalyzer,
    version: String
  ) throws {
    self.study = study
    self.baseHash = baseHash
    self.folder = folder
    base = try DecoderModel(reading: ModelFolder(path: study.basePath))
    tokenizer = try TokenizerReader.tokenizer(in: study.basePath)
    self.analyzer = analyzer
    self.version = version
  }

  /// Trains, looks at the weights on the way, asks the counterfactuals, and keeps the result.
  /// - Throws: `CancellationError` if the task was cancelled; what stands of the run is made anew later.
  func carryOut(_ planned: PlannedRun, fingerprint: String) throws -> StudyRun {
    let path = folder.runPath(planned.name)
    // What a killed study has left of the run holds no analyses.
    try? FileManager.default.removeItem(atPath: path)
    let trainer = try planned.specification.trainer(on: base, tokenizer: tokenizer)
    var probes = try startProbes(planned)
    var run = try TrainingRun(
      trainer, path: path,
      description: RunDescription(
        basePath: study.basePath, baseHash: baseHash, settings: planned.specification.settings,
        version: version), resuming: false)
    var observation = RunObservation(planned, analyzer: analyzer)
    var failure: String?
    do {
      try run.run(isCancelled: { Task.isCancelled }) { event in
        if case .step(let record) = event { try observation.observe(record, trainer.policy) }
      }
      for question in CounterfactualRegistry.all {
        if let found = try trainer.examine(question) { probes[question.name] = found.sampled }
      }
    } catch let error as TrainingError {
      // A run that blows up is a result; a full disk, which is an OutputError, is not.
      failure = "\(error)"
    }
    let result = observation.run(
      trainedParameters: trainer.policy.trainedCount, probes: probes, failure: failure)
    try folder.write(StudyFolder.Result(fingerprint: fingerprint, run: result))
    return result
  }

  /// What is measured of a start before it trains: its curvature, at the common learning rate alone, because
  /// runs at other rates start alike. In double precision, because it is a difference of gradients.
  private func startProbes(_ planned: PlannedRun) throws -> [String: Double] {
    guard planned.factors.learningRate == study.common.learningRate else { return [:] }
    let trainer = try planned.specification.trainer(
      on: DecoderModel<Double>(reading: ModelFolder(path: study.basePath)), tokenizer: tokenizer)
    return [ProbeName.curvature: try trainer.curvature().value]
  }
}

extension StudyWorker {
  /// How long an answer takes, sampled and learnt from, by three steps of a run after one that warms up.
  func secondsPerAnswer(of planned: PlannedRun) throws -> Double {
    let trainer = try planned.specification.trainer(on: base, tokenizer: tokenizer)
    _ = try trainer.step()
    let begin = ContinuousClock.now
    for _ in 0..<3 { _ = try trainer.step() }
    let seconds = (ContinuousClock.now - begin) / .seconds(1)
    let options = planned.specification.options
    return seconds / 3 * Double(options.steps) / planned.cost
  }
}
