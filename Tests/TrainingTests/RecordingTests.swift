import Adapters
import Checkpoints
import Documents
import Foundation
import LinearAlgebra
import Testing
import Training

@Suite("Recording") struct RecordingTests {
  static let lora = RunKind("lora")

  @Test func `a run of which the system does not tell has no "no checkpoints"`() {
    let path = "/tmp/" + String(repeating: "n", count: 300)
    #expect(throws: OutputError.self) { try RunRecorder.checkpoints(in: path) }
  }

  @Test func `a run folder holds what PEFT and Trainer hold`() throws {
    let folder = try RunFolder()
    let path = "\(folder.path)/deep/run"
    try Self.lora.train(path)
    #expect(
      try RunFolder.names(path) == [
        "checkpoint-0", "checkpoint-1", "checkpoint-2", "checkpoint-4", "checkpoint-5",
        "metrics.jsonl", "run.json",
      ])
    for step in [0, 1, 2, 4, 5] {
      #expect(
        try RunFolder.names("\(path)/checkpoint-\(step)") == [
          "adapter_config.json", "adapter_model.safetensors", "trainer_state.json",
          "training_state.safetensors",
        ])
    }
    #expect(try RunRecorder.checkpoints(in: path) == [0, 1, 2, 4, 5])
  }

  @Test func `full fine-tuning records whole models`() throws {
    let folder = try RunFolder()
    try RunKind("full").train(folder.path)
    let names = try RunFolder.names("\(folder.path)/checkpoint-5")
    #expect(
      Set(names).isSuperset(of: [
        "config.json", "model.safetensors", "tokenizer.json", "trainer_state.json",
        "training_state.safetensors",
      ]))
    #expect(!names.contains("adapter_model.safetensors"))
  }

  @Test func `the log has a line a step, and examinations where they were asked for`() throws {
    let folder = try RunFolder()
    try Self.lora.train(folder.path)
    let lines = try RunFolder.text("\(folder.path)/metrics.jsonl").split(separator: "\n")
    let records = try lines.map { try JSONValue(parsing: Array($0.utf8)) }
    #expect(records.map { $0["step"]?.integer } == [0, 1, 2, 3, 4, 5])
    #expect(
      records.map { $0["eval_accuracy"] != nil } == [true, false, true, false, true, true])
    for record in records.dropFirst() {
      for name in ["loss", "grad_norm", "learning_rate", "reward", "num_tokens", "step_time"] {
        #expect(record[name]?.double != nil, "\(name)")
      }
    }
  }

  @Test func `rollouts are recorded as they were learnt from`() throws {
    let folder = try RunFolder()
    var kind = Self.lora
    kind.options.recordsRollouts = true
    try kind.train(folder.path)
    let lines = try RunFolder.text("\(folder.path)/rollouts.jsonl").split(separator: "\n")
    let steps = try lines.map { try JSONValue(parsing: Array($0.utf8)) }
    #expect(steps.map { $0["step"]?.integer } == [1, 2, 3, 4, 5])
    let first = try #require(steps.first)
    let answers = try #require(first["completions"]?.array)
    #expect(answers.count == 24 && first["prompts"]?.array?.count == 6)
    #expect(
      first["log_probabilities"]?.array?.map { $0.array?.count } == answers.map { $0.array?.count })
    let log = try RunFolder.text("\(folder.path)/metrics.jsonl").split(separator: "\n")[1]
    let reward = try JSONValue(parsing: Array(log.utf8))["reward"]?.double
    let rewards = first["rewards"]?.array?.compactMap(\.double) ?? []
    #expect(rewards.reduce(0, +) / 24 == reward)
  }

  @Test func `the events of a run are its steps and checkpoints in order`() throws {
    let folder = try RunFolder()
    var run = try Self.lora.open(folder.path)
    var events = [String]()
    try run.run(observer: { event in
      switch event {
      case .step(let record): events.append("step \(record.step)")
      case .checkpoint(let step): events.append("checkpoint \(step)")
      }
    })
    #expect(
      events == [
        "step 0", "checkpoint 0", "step 1", "checkpoint 1", "step 2", "checkpoint 2", "step 3",
        "step 4", "checkpoint 4", "step 5", "checkpoint 5",
      ])
    #expect(run.recorder.records.map(\.step) == [0, 1, 2, 3, 4, 5])
  }

  @Test func `a run over another is refused and leaves it whole`() throws {
    let folder = try RunFolder()
    try Self.lora.train(folder.path)
    let before = try RunFolder.bytes("\(folder.path)/metrics.jsonl")
    #expect(throws: TrainingError.runExists(path: folder.path)) {
      try Self.lora.open(folder.path)
    }
    #expect(try RunFolder.bytes("\(folder.path)/metrics.jsonl") == before)
  }

  @Test func `a run does not go on with other settings`() throws {
    let folder = try RunFolder()
    try Self.lora.train(folder.path, stoppingAfter: 2)
    var other = Self.lora
    other.options.learningRate = 0.5
    let changes = [SettingChange(name: "learning-rate", before: "0.01", now: "0.5")]
    let error = TrainingError.otherSettings(path: "\(folder.path)/run.json", changes: changes)
    #expect(throws: error) { try other.open(folder.path, resuming: true) }
    #expect("\(error)".contains("(learning-rate was 0.01 and is 0.5): give them as they were"))
    // `run.json` also holds the trainer's number of steps; the settings do not change here.
    other = Self.lora
    other.options.steps = 6
    let steps = SettingChange(name: "steps", before: "\(Self.lora.options.steps)", now: "6")
    #expect(
      throws: TrainingError.otherSettings(path: "\(folder.path)/run.json", changes: [steps])
    ) {
      try other.open(folder.path, resuming: true)
    }
  }

  @Test func `an option that run.json does not know yet had its default`() throws {
    let folder = try RunFolder()
    try Self.lora.train(folder.path, stoppingAfter: 2)
    let file = "\(folder.path)/run.json"
    let text = try RunFolder.text(file)
    for line in [#""merge-cycle" : "none","#, #""stale-rollouts" : false,"#] {
      #expect(text.contains(line))
      try Data(text.replacing(line, with: "").utf8).write(to: URL(fileURLWithPath: file))
      #expect(throws: Never.self) { try Self.lora.open(folder.path, resuming: true) }
    }
  }

  @Test func `a run that other kernels began goes on only when that is asked`() throws {
    let folder = try RunFolder()
    try Self.lora.train(folder.path, stoppingAfter: 2)
    let file = "\(folder.path)/run.json"
    let here = TrainingKernels.name
    let text = try RunFolder.text(file)
    try Data(text.replacing(here, with: "Other+default").utf8)
      .write(to: URL(fileURLWithPath: file))
    let error = TrainingError.otherKernels(path: file, before: "Other+default", here: here)
    #expect(throws: error) { try Self.lora.open(folder.path, resuming: true) }
    #expect(throws: Never.self) {
      try Self.lora.open(folder.path, resuming: true, mixingKernels: true)
    }
  }

  @Test func `a run does not go on from a base with other weights`() throws {
    let folder = try RunFolder()
    try Self.lora.train(folder.path, stoppingAfter: 2)
    var other = Self.lora
    other.baseHash = "00fe"
    let error = TrainingError.otherBase(path: "\(folder.path)/run.json", base: "bases/tiny")
    #expect(throws: error) { try other.open(folder.path, resuming: true) }
    #expect("\(error)".contains("the base 'bases/tiny' has other weights"))
  }

  @Test(arguments: [
    (#""base_hash" : "00ff""#, #""base_hash" : null"#, "an older version started the run"),
    (#""settings" : {"#, #""options" : {"#, "it is not what this program writes"),
    ("{", "[", "it is not what this program writes"),
  ])
  func `a run.json of another program does not go on, with a reason`(
    part: String, other: String, reason: String
  ) throws {
    let folder = try RunFolder()
    try Self.lora.train(folder.path, stoppingAfter: 2)
    let file = "\(folder.path)/run.json"
    let text = try RunFolder.text(file).replacing(part, with: other)
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    var failure: TrainingError?
    do {
      _ = try Self.lora.open(folder.path, resuming: true)
    } catch let error as TrainingError { failure = error }
    guard case .cannotResume(file, let found)? = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect(found.hasPrefix(reason) && found.contains("another folder with --out"))
  }

  @Test func `a folder that cannot be made is named with the system's reason`() throws {
    let folder = try RunFolder()
    let file = "\(folder.path)/file"
    try Data().write(to: URL(fileURLWithPath: file))
    let path = "\(file)/run"
    let failure = #expect(throws: OutputError.self) { _ = try Self.lora.open(path) }
    guard case .cannotWrite(path, let reason)? = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect(!reason.isEmpty)
  }

  /// A file in the way stops the checkpoint even if the tests run as a user who may write everywhere.
  @Test func `a checkpoint that cannot be written is named and leaves nothing half`() throws {
    let folder = try RunFolder()
    let path = "\(folder.path)/run"
    var run = try Self.lora.open(path)
    #expect(throws: OutputError.self) {
      try run.run(observer: { event in
        guard case .checkpoint(2) = event else { return }
        try FileManager.default.moveItem(atPath: path, toPath: "\(folder.path)/moved")
        try Data().write(to: URL(fileURLWithPath: path))
      })
    }
    #expect(try RunRecorder.checkpoints(in: "\(folder.path)/moved") == [0, 1, 2])
  }

  /// At 1e30 gradients overflow, at 1e39 the parameters themselves.
  @Test(
    arguments: ["lora", "full", "dora"],
    [(TinyRuns.dapo, 1e39), (.demonstrations, 1e39), (.demonstrations, 1e30)])
  func `a step that is not finite leaves the last checkpoint whole`(
    key: String, setting: (signal: RunOptions.Signal, rate: Double)
  ) throws {
    // The rows of DoRA's weights keep the norm m, whatever its factors are.
    if key == "dora", setting.rate < 1e39 { return }
    let folder = try RunFolder()
    var kind = RunKind(key) { $0.options.saveEvery = 1 }
    kind.options.signal = setting.signal
    kind.options.learningRate = setting.rate
    var failure: TrainingError?
    do { try kind.train(folder.path) } catch let error as TrainingError { failure = error }
    guard case .notFinite(let step, _)? = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    let last = try #require(RunRecorder.checkpoints(in: folder.path).last)
    #expect(step > last)
    let path = "\(folder.path)/checkpoint-\(last)"
    for name in try RunFolder.names(path) where name.hasSuffix(".safetensors") {
      let store = try TensorStore(file: "\(path)/\(name)")
      #expect(!store.tensors.isEmpty)
      for tensor in store.tensors {
        #expect(try store.doubles(of: tensor.name).allSatisfy { $0.isFinite }, "\(tensor.name)")
      }
    }
    #expect(try !RunFolder.names(folder.path).contains { $0.hasSuffix(".tmp") })
  }

  @Test func `what the recorder writes, discovery finds`() throws {
    let folder = try RunFolder()
    try RunKind("pissa").train(folder.path)
    let run = try #require(try Discovery.runs(at: folder.path).first)
    #expect(run.checkpoints.map(\.step) == [0, 1, 2, 4, 5])
    #expect(run.checkpoints.allSatisfy { $0.contents == .adapter })
    #expect(run.method == "pissa")
    #expect(run.seed == 3)
    #expect(run.baseName == "bases/tiny")
    #expect(run.history.map(\.step) == [0, 1, 2, 3, 4, 5])
    #expect(run.history.dropFirst().allSatisfy { $0.reward != nil })
    #expect(run.notes.isEmpty)
  }

  @Test func `discovery finds the whole models of full fine-tuning`() throws {
    let folder = try RunFolder()
    try RunKind("full").train(folder.path)
    let run = try #require(try Discovery.runs(at: folder.path).first)
    #expect(run.checkpoints.map(\.step) == [0, 1, 2, 4, 5])
    #expect(run.checkpoints.allSatisfy { $0.contents == .model })
    #expect(run.method == "full")
  }

  @Test func `a recorded model reads back to the policy's weights`() throws {
    let folder = try RunFolder()
    var run = try RunKind("full").open(folder.path)
    try run.run()
    let read = try DecoderModel<Float>(
      reading: ModelFolder(path: "\(folder.path)/checkpoint-5"))
    #expect(
      read.weights.present.map(\.values)
        == run.trainer.policy.weights.present.map(\.values))
  }
}
