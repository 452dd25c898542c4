import Checkpoints
import Testing

/// Names of folders and files, through what discovery makes of them.
@Suite("Names of steps") struct StepNameTests {
  @Test(arguments: [
    ("checkpoint-40", 40), ("checkpoint_40", 40), ("checkpoint-step-40", 40), ("ckpt-40", 40),
    ("ckpt_40", 40),
    ("global_step_40", 40), ("global_step40", 40), ("global_step40_hf", 40), ("step_40", 40),
    ("step-40", 40),
    ("step40", 40), ("step-000040", 40), ("iter_0000040", 40), ("iter-40", 40),
    ("epoch_0_step_40", 40),
    ("epoch-1-step-40", 40), ("epoch=1-step=40", 40),
  ])
  func `steps of every trainer`(name: String, step: Int) throws {
    let folder = try TestFolder()
    try folder.writeAdapter("run/\(name)")
    try folder.writeAdapter("run/\(name.replacing("40", with: "50"))")
    let run = try #require(try Discovery.runs(at: folder.path + "/run").first)
    #expect(run.name == "run")
    #expect(run.checkpoints.map(\.step) == [step, 50])
    #expect(run.notes.isEmpty)
  }

  @Test(arguments: ["epoch_N", "epoch-N", "epochN", "checkpoint-epoch-N", "checkpoint_epoch_N"])
  func `epochs are said to be epochs`(form: String) throws {
    let folder = try TestFolder()
    for epoch in 1...3 { try folder.writeAdapter("run/" + form.replacing("N", with: "\(epoch)")) }
    let run = try #require(try Discovery.runs(at: folder.path + "/run").first)
    #expect(run.checkpoints.map(\.step) == [1, 2, 3])
    #expect(run.notes == ["the steps of this run are epochs"])
  }

  @Test(arguments: [
    "checkpoint-", "checkpoint-x", "checkpoint-1a", "checkpoint--1",
    "checkpoint-99999999999999999999",
    "my-checkpoint-1", "tmp-checkpoint-1", "iter_", "epoch_x_step_1", "global_step1_hf2",
  ])
  func `other names are no steps`(name: String) throws {
    let folder = try TestFolder()
    try folder.writeAdapter("run/\(name)")
    let run = try #require(try Discovery.runs(at: folder.path + "/run").first)
    #expect(run.name == name)
    #expect(run.checkpoints.map(\.step) == [0])
  }

  @Test(arguments: [
    "actor/huggingface", "policy", "policy/weights", "policy/weights/model", "model",
    "model/consolidated", "weights",
    "hf_model",
  ])
  func `models below the folder of a step are found`(place: String) throws {
    let folder = try TestFolder()
    for step in [99, 199] { try folder.writeModel("run/epoch_0_step_\(step)/\(place)") }
    let run = try #require(try Discovery.runs(at: folder.path + "/run").first)
    #expect(run.checkpoints.map(\.step) == [99, 199])
    #expect(run.checkpoints[0].path.hasSuffix("/run/epoch_0_step_99/" + place))
  }

  @Test func `folders that are all numbers are steps, and a note says so`() throws {
    let folder = try TestFolder()
    for step in ["100", "20", "0300"] { try folder.writeAdapter("run/\(step)") }
    let run = try #require(try Discovery.runs(at: folder.path + "/run").first)
    #expect(run.checkpoints.map(\.step) == [20, 100, 300])
    #expect(
      run.notes == [
        "0300, 100, 20 are taken for steps of one run: give the path of one to have it alone"
      ])
  }

  @Test func `numbers that hold runs are runs`() throws {
    let folder = try TestFolder()
    for run in ["0", "1"] { try folder.writeAdapter("sweep/\(run)/checkpoint-5") }
    let runs = try Discovery.runs(at: folder.path + "/sweep")
    #expect(runs.map(\.name) == ["0", "1"])
  }

  @Test func `epochs with saved states have their steps`() throws {
    let folder = try TestFolder()
    for epoch in 0...1 {
      try folder.writeAdapter("run/epoch_\(epoch)")
      try folder.write(
        "run/epoch_\(epoch)/trainer_state.json",
        text: #"{"global_step":\#(30 * epoch + 30),"log_history":[{"step":10,"reward":1}]}"#)
    }
    let run = try #require(try Discovery.runs(at: folder.path + "/run").first)
    #expect(run.checkpoints.map(\.step) == [30, 60])
    #expect(run.history.map(\.step) == [10])
    #expect(
      run.notes == ["the folders are named by epochs; their steps are those in trainer_state.json"])
  }

  @Test func `what was logged by steps has no place beside epochs`() throws {
    let folder = try TestFolder()
    for epoch in 0...1 { try folder.writeAdapter("run/epoch_\(epoch)") }
    try folder.write("run/metrics.jsonl", text: #"{"step":1,"reward":1}"# + "\n")
    let run = try #require(try Discovery.runs(at: folder.path + "/run").first)
    #expect(run.history.isEmpty)
    #expect(
      run.notes.first
        == "the steps of this run are epochs, so that what was logged by optimiser steps is not used"
    )
  }

  @Test func `of two units the more frequent is read`() throws {
    let folder = try TestFolder()
    for name in ["step_10", "step_20", "epoch_1"] { try folder.writeAdapter("run/\(name)") }
    let run = try #require(try Discovery.runs(at: folder.path + "/run").first)
    #expect(run.checkpoints.map(\.step) == [10, 20])
    #expect(run.notes == ["not read: epoch_1 (counted in epochs, the others in steps)"])
  }

  @Test func `names of several trainers are one run`() throws {
    let folder = try TestFolder()
    for name in ["checkpoint-10", "global_step_20", "step_20"] {
      try folder.writeAdapter("run/\(name)")
    }
    let run = try #require(try Discovery.runs(at: folder.path + "/run").first)
    #expect(run.checkpoints.map(\.step) == [10, 20])
    #expect(run.notes == ["step_20 is left out: another folder has its step"])
  }

  @Test func `shards of DeepSpeed inside a checkpoint make it no run`() throws {
    let folder = try TestFolder()
    try folder.writeAdapter("run/checkpoint-10")
    try folder.write("run/checkpoint-10/global_step10/mp_rank_00_model_states.pt", [0])
    let run = try #require(try Discovery.runs(at: folder.path + "/run/checkpoint-10").first)
    #expect(run.checkpoints.map(\.step) == [10])
    #expect(run.checkpoints[0].path.hasSuffix("checkpoint-10"))
    #expect(run.notes.isEmpty)
  }

  @Test func `checkpoints of mlx-lm and Lightning are files`() throws {
    let folder = try TestFolder()
    let weights = SafetensorsBytes.file([.init("q.lora_A.weight", [1])])
    for name in ["0000100_adapters", "0000200_adapters", "adapters"] {
      try folder.write("run/\(name).safetensors", weights)
    }
    try folder.write(
      "run/adapter_config.json", text: #"{"peft_type":"LORA","fine_tune_type":"lora","iters":250}"#)
    let run = try #require(try Discovery.runs(at: folder.path + "/run").first)
    #expect(run.checkpoints.map(\.step) == [100, 200, 250])
    #expect(run.checkpoints[1].path == folder.path + "/run/0000200_adapters.safetensors")
    #expect(run.checkpoints.allSatisfy { $0.contents == .adapter })
    #expect(run.notes.isEmpty)
  }
}
