import Adapters
import Checkpoints
package import Documents
import Foundation

/// Writes the folder of a run, by the conventions of transformers' Trainer and PEFT.
///
///     RUN/run.json                 what the run is
///     RUN/metrics.jsonl            one line per step
///     RUN/rollouts.jsonl           optional: one line per step, prompts and answers as tokens
///     RUN/checkpoint-N/            adapter_config.json + adapter_model.safetensors, or a whole model
///                                  trainer_state.json, training_state.safetensors
///
/// Checkpoints appear whole or not at all.
package struct RunRecorder {
  package let path: String
  private let description: RunDescription
  private let tokenizer: any Tokenizer
  private var log: MetricsLog
  private let rollouts: RolloutLog?
  private let temperature: Double
  /// Held as long as the run is written, because two processes would mix its logs and checkpoints.
  private let lock: FolderLock
  /// The records so far.
  package private(set) var records: [StepRecord]

  /// Opens the folder of a run.
  /// - Parameters:
  ///   - path: The folder; made if it is not there.
  ///   - description: What `run.json` says.
  ///   - trainer: At step 0; with `resuming`, it is brought to the step of the last checkpoint.
  ///   - resuming: Whether to continue an existing run. Without a checkpoint, the run starts at step 0.
  ///   - mixingKernels: Whether to continue also what other kernels computed.
  /// - Throws: ``TrainingError/runExists(path:)``, ``TrainingError/cannotResume(path:reason:)``,
  ///   ``TrainingError/otherBase(path:base:)``, ``TrainingError/otherSettings(path:changes:)``,
  ///   ``TrainingError/otherKernels(path:before:here:)``, `OutputError`, and what reading the checkpoint throws.
  package init<Element>(
    path: String, description: RunDescription, trainer: Trainer<Element>, resuming: Bool,
    mixingKernels: Bool = false
  ) throws {
    self.path = path
    self.description = description
    tokenizer = trainer.examiner.tokenizer
    let file = URL(fileURLWithPath: path).appendingPathComponent("run.json")
    let content = try description.json(trainer)
    lock = try FolderLock(path)
    if let before = try TextFile.bytes(ifAt: file.path) {
      guard resuming else { throw TrainingError.runExists(path: path) }
      try RunDescription.check(
        content, continues: before, at: file.path, mixingKernels: mixingKernels)
      if let last = try Self.checkpoints(in: path).last {
        try TrainingState.restore(
          trainer, from: "\(path)/checkpoint-\(last)/\(TrainingState.fileName)")
      }
    } else {
      // A run of this program begins with run.json.
      try Self.requireFree(path)
      try OutputError.naming(path) { try AtomicFile.write(content.page, to: file.path) }
    }
    log = try MetricsLog(
      path: "\(path)/metrics.jsonl", keepingThrough: trainer.stepCount)
    records = try MetricsLog.records(path: "\(path)/metrics.jsonl")
    temperature = trainer.options.temperature
    rollouts =
      trainer.options.recordsRollouts
      ? try RolloutLog(folder: path, keepingThrough: trainer.stepCount) : nil
  }

  /// The steps of complete checkpoints that a run can be resumed from, ascending.
  /// - Throws: `OutputError` if that cannot be told: a run would else go on from an older one.
  package static func checkpoints(in path: String) throws(OutputError) -> [Int] {
    let names = try OutputError.naming(path) {
      try FileManager.default.contentsOfDirectory(atPath: path)
    }
    var steps = [Int]()
    for name in names {
      guard name.hasPrefix("checkpoint-"), let step = Int(name.dropFirst("checkpoint-".count)),
        try OutputError.status(of: "\(path)/\(name)/\(TrainingState.fileName)") != nil
      else { continue }
      steps.append(step)
    }
    return steps.sorted()
  }

  /// Throws if a folder holds what a run would write over, or what makes it a checkpoint or a model, such as the base.
  /// - Throws: `OutputError`, also if it cannot be listed.
  package static func requireFree(_ folder: String) throws(OutputError) {
    let names = try OutputError.naming(folder) {
      try FileManager.default.contentsOfDirectory(atPath: folder)
    }
    let other = names.sorted().first { name in
      // A killed run may have left a hidden part of its run.json.
      isRecorded(name) && !name.hasPrefix(".") || Discovery.isMarkOfCheckpoint(name)
    }
    if let other { throw .holdsOthers(path: folder, file: other) }
  }

  /// Whether a run writes a file or folder of this name: a log, a checkpoint, or what a killed run left of one.
  package static func isRecorded(_ name: String) -> Bool {
    if let leftover = StagingLeftover(file: name, in: "") { return isRecorded(leftover.name) }
    return ["run.json", "metrics.jsonl", RolloutLog.fileName].contains(name)
      || (name.hasPrefix("checkpoint-") && Int(name.dropFirst("checkpoint-".count)) != nil)
  }

  /// Appends a line to the log.
  package mutating func append(_ record: StepRecord) throws {
    records.append(record)
    try log.append(record)
  }

  /// Appends what a step learnt from, if the run records it.
  func append(_ rollout: Rollout, step: Int) throws {
    try rollouts?.append(rollout, step: step, temperature: temperature)
  }

  /// Writes a checkpoint at the trainer's current step.
  package func save<Element>(_ trainer: Trainer<Element>) throws(OutputError) {
    try AtomicFolder.write(to: "\(path)/checkpoint-\(trainer.stepCount)") {
      (folder) throws(OutputError) in
      let export = trainer.policy.export(baseName: description.basePath)
      if export.fields != nil {
        try export.write(in: folder)
      } else {
        let model = DecoderModel(
          configuration: trainer.policy.base.configuration, weights: trainer.policy.weights)
        try model.write(in: folder, tokenizer: tokenizer)
      }
      try folder.write(
        trainerState(trainer.stepCount, of: trainer.options.steps), to: "trainer_state.json")
      try SafetensorsWriter.write(
        TrainingState.entries(of: trainer), metadata: TrainingState.metadata(of: trainer),
        to: "\(folder.path)/\(TrainingState.fileName)")
    }
  }

  /// The content of `trainer_state.json`, for viewers of Trainer's runs.
  private func trainerState(_ step: Int, of steps: Int) -> String {
    JSONValue.record([
      "global_step": .integer(step), "max_steps": .integer(steps),
      "logging_steps": .integer(1), "is_world_process_zero": .bool(true),
      "log_history": .array(records.filter { $0.step <= step }.map(\.json)),
    ]).line
  }
}
