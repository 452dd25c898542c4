import Checkpoints
import Documents
import Testing

@Suite("Discovery") struct DiscoveryTests {
  private func writeState(_ place: String, step: Int, rows: String, in folder: TestFolder) throws {
    try folder.write(
      place + "/trainer_state.json", text: #"{"global_step":\#(step),"log_history":[\#(rows)]}"#)
  }

  @Test func `checkpoints are sorted by number`() throws {
    let folder = try TestFolder()
    for step in [100, 20, 3] { try folder.writeAdapter("run/checkpoint-\(step)") }
    let runs = try Discovery.runs(at: folder.path + "/run/")
    #expect(runs.count == 1)
    #expect(runs[0].name == "run")
    #expect(runs[0].checkpoints.map(\.step) == [3, 20, 100])
    #expect(runs[0].checkpoints[0].path == folder.path + "/run/checkpoint-3")
    #expect(runs[0].checkpoints.allSatisfy { $0.contents == .adapter })
    #expect(runs[0].baseName == "org/base")
    #expect(runs[0].seed == nil)
    #expect(runs[0].notes.isEmpty)
  }

  @Test func `a run of full checkpoints names its base`() throws {
    let folder = try TestFolder()
    try folder.writeModel("run/checkpoint-1")
    let run = try #require(try Discovery.runs(at: folder.path + "/run").first)
    #expect(run.checkpoints.map(\.contents) == [.model])
    #expect(run.baseName == "org/base")
  }

  @Test func `a checkpoint being written is left out with a note`() throws {
    let folder = try TestFolder()
    try folder.writeAdapter("run/checkpoint-1")
    try folder.writeAdapter("run/checkpoint-2")
    let whole = SafetensorsBytes.file([.init("q.lora_A.weight", [1])])
    try folder.write("run/checkpoint-2/adapter_model.safetensors", Array(whole.dropLast(1)))
    try folder.makeFolder("run/checkpoint-3")
    let run = try #require(try Discovery.runs(at: folder.path + "/run").first)
    #expect(run.checkpoints.map(\.step) == [1])
    #expect(run.notes.count == 2)
    #expect(run.notes[0].hasPrefix("checkpoint-2 is left out: "))
    #expect(run.notes[0].contains("the tensors need 4 bytes but the file holds 3"))
    #expect(run.notes[1].hasPrefix("checkpoint-3 is left out: "))
  }

  @Test func `a final save beside the checkpoints is not a checkpoint`() throws {
    let folder = try TestFolder()
    try folder.writeAdapter("run")
    try folder.writeAdapter("run/checkpoint-5")
    let run = try #require(try Discovery.runs(at: folder.path + "/run").first)
    #expect(run.checkpoints.map(\.step) == [5])
  }

  @Test func `our own record gives seed, base and method`() throws {
    let folder = try TestFolder()
    try folder.writeAdapter("run/checkpoint-0")
    try folder.write("run/run.json", text: #"{"seed":7,"base":"../base","method":"pissa"}"#)
    let run = try #require(try Discovery.runs(at: folder.path + "/run").first)
    #expect(run.seed == 7)
    #expect(run.baseName == "../base")
    #expect(run.method == "pissa")
  }

  @Test func `the history is that of the highest checkpoint and of the run`() throws {
    let folder = try TestFolder()
    for step in [1, 2] { try folder.writeAdapter("run/checkpoint-\(step)") }
    try writeState("run/checkpoint-1", step: 1, rows: #"{"step":1,"reward":9}"#, in: folder)
    try writeState(
      "run/checkpoint-2", step: 2, rows: #"{"step":1,"reward":1},{"step":2,"reward":2}"#, in: folder
    )
    try writeState("run", step: 3, rows: #"{"step":3,"reward":3}"#, in: folder)
    let run = try #require(try Discovery.runs(at: folder.path + "/run").first)
    #expect(run.history.map(\.reward) == [1, 2, 3])
  }

  @Test func `the state of an earlier run in the folder is not taken`() throws {
    let folder = try TestFolder()
    try folder.writeAdapter("run/checkpoint-2")
    try writeState("run/checkpoint-2", step: 2, rows: #"{"step":2,"reward":2}"#, in: folder)
    try writeState("run", step: 1, rows: #"{"step":1,"reward":9}"#, in: folder)
    let run = try #require(try Discovery.runs(at: folder.path + "/run").first)
    #expect(run.history.map(\.reward) == [2])
  }

  @Test func `a folder of runs gives all of them by name`() throws {
    let folder = try TestFolder()
    try folder.writeAdapter("b/checkpoint-1")
    try folder.writeAdapter("a")
    try folder.write("logs/events", [0])
    try folder.write("c/pytorch_model.bin", [0])
    let runs = try Discovery.runs(at: folder.path)
    #expect(runs.map(\.name) == ["a", "b"])
    #expect(runs[0].checkpoints.map(\.step) == [0])
    #expect(runs[0].notes.count == 2)
    #expect(runs[0].notes[0].hasPrefix("c is left out: "))
    #expect(runs[0].notes[1] == "1 folder holds no checkpoint: logs")
  }

  @Test func `the step of a single checkpoint is that of its state, else of its name`() throws {
    let folder = try TestFolder()
    try folder.writeAdapter("checkpoint-40")
    let path = folder.path + "/checkpoint-40"
    #expect(try Discovery.runs(at: path)[0].checkpoints[0].step == 40)
    try writeState("checkpoint-40", step: 41, rows: "", in: folder)
    #expect(try Discovery.runs(at: path)[0].checkpoints[0].step == 41)
  }

  @Test(arguments: ["actor/lora_adapter", "lora_adapter", "policy"])
  func `an adapter below the folder of a step is found`(place: String) throws {
    let folder = try TestFolder()
    try folder.writeAdapter("run/global_step_30/\(place)")
    let run = try #require(try Discovery.runs(at: folder.path + "/run").first)
    #expect(run.checkpoints.map(\.step) == [30])
    #expect(run.checkpoints[0].path == folder.path + "/run/global_step_30/" + place)
  }

  @Test func `verl's Hugging Face export is found`() throws {
    let folder = try TestFolder()
    try folder.writeModel("run/global_step_30/actor/huggingface")
    let run = try #require(try Discovery.runs(at: folder.path + "/run").first)
    #expect(run.checkpoints[0].contents == .model)
  }

  @Test func `a single safetensors file is a run of one checkpoint`() throws {
    let folder = try TestFolder()
    let path = try folder.write("merged.safetensors", SafetensorsBytes.file([.init("a", [1])]))
    let run = try #require(try Discovery.runs(at: path).first)
    #expect(run.checkpoints == [Checkpoint(step: 0, path: path, contents: .model)])
  }

  @Test func `the weights of an adapter stand for its folder`() throws {
    let folder = try TestFolder()
    try folder.writeAdapter("x")
    let run = try #require(
      try Discovery.runs(at: folder.path + "/x/adapter_model.safetensors").first)
    #expect(
      run.checkpoints == [Checkpoint(step: 0, path: folder.path + "/x", contents: .adapter)])
  }

  // MARK: Nothing to read

  @Test func `a path that does not exist is named`() throws {
    let folder = try TestFolder()
    let path = folder.path + "/none"
    #expect(throws: CheckpointError.notFound(path: path)) { try Discovery.runs(at: path) }
  }

  @Test func `an empty folder says what was looked for`() throws {
    let folder = try TestFolder()
    let error = #expect(throws: CheckpointError.self) { try Discovery.runs(at: folder.path) }
    #expect(
      error?.description
        == "'\(folder.path)': nothing to read here; looked for adapter_config.json, "
        + "adapter_model.safetensors, model.safetensors, pytorch_model.bin, *.gguf, other usual names of weights, in "
        + "one file or in shards, checkpoint-N, global_step_N, folders of these")
  }

  @Test func `a run without a readable checkpoint says why`() throws {
    let folder = try TestFolder()
    try folder.makeFolder("run/checkpoint-1")
    let error = #expect(throws: CheckpointError.self) {
      try Discovery.runs(at: folder.path + "/run")
    }
    guard case .noReadableCheckpoint(_, 1, let reason) = error else {
      Issue.record("found \(String(describing: error))")
      return
    }
    #expect(reason.contains("nothing to read here"))
  }

  @Test(arguments: [
    ("run/checkpoint-1/pytorch_model_fsdp_0/__0_0.distcp", ForeignFormat.fsdpShards),
    ("run/checkpoint-1/global_step1/mp_rank_00_model_states.pt", .deepSpeedShards),
    ("run/iter_0000100/__0_0.distcp", .distributedCheckpoint),
    ("run/global_step_5/actor/model_world_size_1_rank_0.pt", .verlShards),
  ])
  func `shards of a training framework are named`(file: String, format: ForeignFormat) throws {
    let folder = try TestFolder()
    try folder.write(file, [0])
    let error = #expect(throws: CheckpointError.self) {
      try Discovery.runs(at: folder.path + "/run")
    }
    guard case .unreadableFormat(_, format) = error else {
      Issue.record("found \(String(describing: error))")
      return
    }
  }

  @Test func `a GGUF file is known by its first bytes`() throws {
    let folder = try TestFolder()
    let path = try folder.write("weights", ContainerFixtures.bytes("gguf/llama.gguf"))
    #expect(try Discovery.runs(at: path)[0].checkpoints.map(\.contents) == [.model])
  }

  @Test(arguments: [
    ("adapter/adapter_config.json", #"{"peft_type":"LORA","base_model_name_or_path":"b","r":8}"#),
    ("adapter/trainer_state.json", #"{"global_step":2,"log_history":[{"step":1,"loss":1.5e0}]}"#),
    ("adapter/run.json", #"{"seed":7,"base":"b","method":"lora"}"#),
    ("model/config.json", #"{"quantization_config":{"weight_block_size":[128,128]},"a":[]}"#),
    ("model/model.safetensors.index.json", #"{"weight_map":{"q.weight":"s1"},"metadata":{}}"#),
  ])
  func `no damage to a JSON file ends the process`(file: String, text: String) throws {
    let folder = try TestFolder()
    try folder.writeAdapter("adapter")
    try folder.write("model/config.json", text: "{}")
    try folder.write("model/model.safetensors.index.json", text: #"{"weight_map":{}}"#)
    try folder.write("model/s1", SafetensorsBytes.file([.init("q.weight", [1])]))
    var generator = TestGenerator(seed: 5)
    for _ in 0..<300 {
      var bytes = Array(text.utf8)
      for _ in 0..<Int.random(in: 1...4, using: &generator) { generator.damage(&bytes) }
      try folder.write(file, bytes)
      for name in ["adapter", "model"] {
        // The file may be read or refused, but the process must not crash.
        #expect(throws: Never.self) {
          do { _ = try Discovery.runs(at: "\(folder.path)/\(name)") } catch is CheckpointError {}
        }
      }
    }
  }
}
