import Checkpoints
import Foundation
import Testing

/// Settings of trainers, as real ones pickled them (Tests/Fixtures/make_training_arguments.py).
@Suite("Training arguments") struct TrainingArgumentsTests {
  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/training-arguments").path

  private func settings(_ name: String) throws -> RecordedSettings {
    try TrainingArguments(file: "\(Self.fixtures)/training_args-\(name).bin").settings
  }

  @Test func `the settings of a run of GRPO are read`() throws {
    let settings = try settings("grpo")
    #expect(settings.configuration == "GRPOConfig" && settings.objective == "dr_grpo")
    #expect(
      settings.seed == 7 && settings.learningRate == 1e-6 && settings.divergenceWeight == 0.04)
    #expect(settings.batchSize == 16 && settings.warmup == 5 && settings.schedule == "cosine")
  }

  @Test func `those of DPO, supervised training and the plain trainer are read`() throws {
    let preference = try settings("dpo")
    #expect(preference.configuration == "DPOConfig" && preference.objective == "sigmoid")
    #expect(preference.divergenceWeight == 0.2 && preference.clipNorm == 0.5)
    let supervised = try settings("sft")
    #expect(supervised.configuration == "SFTConfig" && supervised.accumulation == 4)
    let plain = try settings("trainer")
    #expect(plain.configuration == "TrainingArguments" && plain.learningRate == 3e-4)
    #expect(plain.objective == nil && plain.divergenceWeight == nil)
  }

  @Test func `a file that ends anywhere is refused`() throws {
    let bytes = [UInt8](
      try Data(contentsOf: URL(fileURLWithPath: "\(Self.fixtures)/training_args-sft.bin")))
    let folder = try TestFolder()
    for count in stride(from: 0, to: bytes.count, by: 97) {
      let file = try folder.write("training_args.bin", Array(bytes.prefix(count)))
      #expect(throws: CheckpointError.self) { try TrainingArguments(file: file) }
    }
  }

  @Test func `what a pickle would call is not called and is no object of settings`() throws {
    let file = Self.fixtures + "/../../Fuzz/corpus/training-arguments/calls.bin"
    #expect(throws: CheckpointError.self) { try TrainingArguments(file: file) }
  }

  @Test func `a settings file that cannot be read is noted, and the run is read`() throws {
    let folder = try TestFolder()
    try folder.writeAdapter("run/checkpoint-2")
    try folder.write("run/checkpoint-2/training_args.bin", text: "no pickle")
    let run = try #require(Discovery.runs(at: folder.path + "/run").first)
    #expect(run.seed == nil && run.settings == RecordedSettings())
    #expect(run.notes.contains { $0.contains("training_args.bin is left out") })
  }

  @Test func `a run has the settings of its last checkpoint, and those of run.json before`() throws
  {
    let folder = try TestFolder()
    for (step, name) in [(2, "sft"), (4, "grpo")] {
      try folder.writeAdapter("run/checkpoint-\(step)")
      let bytes = try Data(
        contentsOf: URL(fileURLWithPath: "\(Self.fixtures)/training_args-\(name).bin"))
      try folder.write("run/checkpoint-\(step)/training_args.bin", [UInt8](bytes))
    }
    let run = try #require(Discovery.runs(at: folder.path + "/run").first)
    #expect(run.seed == 7 && run.settings.configuration == "GRPOConfig")
    try folder.write("run/run.json", text: #"{"seed": 3, "learning_rate": 0.5}"#)
    let recorded = try #require(Discovery.runs(at: folder.path + "/run").first)
    #expect(recorded.seed == 3 && recorded.settings.learningRate == 0.5)
    #expect(recorded.settings.objective == "dr_grpo")
  }
}
