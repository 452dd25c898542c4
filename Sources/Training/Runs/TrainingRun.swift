import LinearAlgebra

/// A run from its first step or its last checkpoint to its end.
public struct TrainingRun<Element: KernelScalar> {
  /// What the observer is told.
  public enum Event: Sendable {
    case step(StepRecord)
    case checkpoint(step: Int)
  }

  public let trainer: Trainer<Element>
  package private(set) var recorder: RunRecorder

  /// Opens the folder of a run, with `run.json`, `metrics.jsonl` and a folder `checkpoint-N` for
  /// each checkpoint. It is locked against other runs as long as this one exists.
  /// - Parameters:
  ///   - trainer: At step 0; with `resuming`, it is brought to the step of the last checkpoint.
  ///   - path: The folder; made if it is not there.
  ///   - description: What `run.json` says.
  ///   - resuming: Whether to continue a run that is there. Without a checkpoint, the run starts at
  ///     step 0.
  ///   - mixingKernels: Whether to continue also what other kernels computed.
  /// - Throws: ``TrainingError/runExists(path:)`` without `resuming`;
  ///   ``TrainingError/cannotResume(path:reason:)``, ``TrainingError/otherBase(path:base:)``,
  ///   ``TrainingError/otherSettings(path:changes:)``,
  ///   ``TrainingError/otherKernels(path:before:here:)`` with it; `OutputError` if another process
  ///   uses the folder, if it holds what the run would write over, or if it cannot be written;
  ///   `CheckpointError`, `AdapterError` or another `BadInput` if a file of the run cannot be read;
  ///   `EncodingError` for a setting that is not finite.
  public init(
    _ trainer: Trainer<Element>, path: String, description: RunDescription, resuming: Bool,
    mixingKernels: Bool = false
  ) throws {
    self.trainer = trainer
    recorder = try RunRecorder(
      path: path, description: description, trainer: trainer, resuming: resuming,
      mixingKernels: mixingKernels)
  }

  /// Trains to the end, recording each step and the checkpoints.
  /// - Parameters:
  ///   - isCancelled: Asked before every step; if true, the run throws and can be resumed from its last checkpoint.
  ///   - observer: Called after each step and each checkpoint.
  /// - Throws: ``TrainingError``, ``TaskError``, ``TokenizerError``, as ``Trainer/step()`` and
  ///   ``Trainer/examine()``; `OutputError` if the folder cannot be written; what `observer`
  ///   throws; `CancellationError`.
  public mutating func run(
    isCancelled: () -> Bool = { false }, observer: (Event) throws -> Void = { _ in }
  ) throws {
    let options = trainer.options
    if trainer.stepCount == 0 {
      var start = StepRecord(step: 0)
      try examine(&start)
      if start["eval_accuracy"] != nil, !recorder.records.contains(where: { $0.step == 0 }) {
        try recorder.append(start)
        try observer(.step(start))
      }
      try recorder.save(trainer)
      try observer(.checkpoint(step: 0))
    }
    while trainer.stepCount < options.steps {
      if isCancelled() { throw CancellationError() }
      var record = try trainer.step()
      try examine(&record)
      try recorder.append(record)
      if let rollout = trainer.lastRollout {
        try recorder.append(rollout, step: trainer.stepCount)
      }
      try observer(.step(record))
      if options.saves(at: trainer.stepCount) {
        try recorder.save(trainer)
        try observer(.checkpoint(step: trainer.stepCount))
      }
    }
  }

  private func examine(_ record: inout StepRecord) throws {
    guard trainer.options.evaluates(at: trainer.stepCount) else { return }
    let found = try trainer.examine()
    record["eval_accuracy"] = found.sampled
    record["eval_greedy_accuracy"] = found.greedy
    record["eval_calibration_gap"] = found.calibrationGap
  }
}
