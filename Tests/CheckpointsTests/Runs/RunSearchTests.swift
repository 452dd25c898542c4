import Checkpoints
import Foundation
import Testing

@Suite("Search for runs") struct RunSearchTests {
  @Test func `nested sweeps are named by what tells them apart`() throws {
    let folder = try TestFolder()
    for seed in 0...1 {
      for method in ["lora", "pissa"] {
        try folder.writeAdapter("exp/seed\(seed)/\(method)/checkpoint-1")
      }
    }
    try folder.writeAdapter("exp/other/deep/er/full")
    let names = ["full", "seed0/lora", "seed0/pissa", "seed1/lora", "seed1/pissa"]
    #expect(try Discovery.runs(at: folder.path + "/exp").map(\.name) == names)
    let paths = ["seed0/lora", "seed1/lora"].map { "\(folder.path)/exp/\($0)" }
    #expect(try Discovery.runs(at: paths).map(\.name) == ["seed0/lora", "seed1/lora"])
    #expect(try Discovery.runs(at: [paths[0], paths[0]]).map(\.name) == ["lora", "lora"])
  }

  @Test(arguments: [
    "/exp/run/.", "/exp/run/./", "/exp/run//", "/exp/run/checkpoint-1/..", "/exp/../exp/run",
  ])
  func `a path in any form gives the run its name`(form: String) throws {
    let folder = try TestFolder()
    try folder.writeAdapter("exp/run/checkpoint-1")
    let run = try #require(try Discovery.runs(at: folder.path + form).first)
    #expect(run.name == "run")
    #expect(run.checkpoints.map(\.step) == [1])
  }

  @Test func `a folder that only gathers checkpoints gives the name of the run`() throws {
    let folder = try TestFolder()
    for name in ["a", "b"] { try folder.writeAdapter("exp/\(name)/checkpoints/step_1") }
    #expect(try Discovery.runs(at: folder.path + "/exp").map(\.name) == ["a", "b"])
  }

  @Test func `links neither loop nor double a run`() throws {
    let folder = try TestFolder()
    try folder.writeAdapter("exp/run-1/checkpoint-1")
    for (link, target) in [("exp/latest", "run-1"), ("exp/loop", ".."), ("exp/run-1/up", "../..")] {
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder.path)/\(link)", withDestinationPath: target)
    }
    let runs = try Discovery.runs(at: folder.path + "/exp")
    #expect(runs.map(\.name) == ["run-1"])
  }

  @Test func `folders without a checkpoint are counted and named`() throws {
    let folder = try TestFolder()
    try folder.writeAdapter("exp/run")
    for name in ["a", "b/c", "d", "e", "f", "g"] { try folder.makeFolder("exp/\(name)") }
    let run = try #require(try Discovery.runs(at: folder.path + "/exp").first)
    #expect(run.notes == ["6 folders hold no checkpoint: a, b, d, e, f and 1 more"])
  }

  @Test func `the base of the others is not a run`() throws {
    let folder = try TestFolder()
    try folder.writeModel("exp/base")
    try folder.writeAdapter("exp/runs/lora/checkpoint-1", base: "../../../base")
    let runs = try Discovery.runs(at: folder.path + "/exp")
    #expect(runs.map(\.name) == ["lora"])
    #expect(runs[0].notes == ["not read as a run: base (the base of others)"])
  }

  @Test func `a search that is too deep says where it ended`() throws {
    let folder = try TestFolder()
    try folder.writeAdapter("exp/run")
    try folder.writeAdapter("exp/1/2/3/4/5/6/7/8/9/run")
    let runs = try Discovery.runs(at: folder.path + "/exp")
    #expect(runs.map(\.name) == ["run"])
    #expect(runs[0].notes.last?.hasPrefix("not all folders were searched (8 levels and ") == true)
  }

  @Test func `numbers that look like steps are said to be runs`() throws {
    let folder = try TestFolder()
    for name in ["model-step5", "model-step6", "seed1", "seed2"] {
      try folder.writeAdapter("exp/\(name)")
    }
    let runs = try Discovery.runs(at: folder.path + "/exp")
    #expect(
      runs[0].notes == [
        "model-step5, model-step6 are taken for runs of their own at step 0: name folders checkpoint-N if they are "
          + "the steps of one run"
      ])
  }

  // MARK: What lies beside

  @Test func `a model with the configuration of an adapter is a model`() throws {
    let folder = try TestFolder()
    try folder.writeModel("merged")
    try folder.write("merged/adapter_config.json", text: #"{"peft_type":"LORA"}"#)
    let run = try #require(try Discovery.runs(at: folder.path + "/merged").first)
    #expect(run.checkpoints.map(\.contents) == [.model])
    #expect(
      run.notes == [
        "not read: adapter_config.json (the configuration of an adapter without its weights)"
      ])
  }

  @Test func `what lies beside the weights is said once`() throws {
    let folder = try TestFolder()
    for step in [1, 2] {
      try folder.writeModel("run/checkpoint-\(step)")
      try folder.writeAdapter("run/checkpoint-\(step)/lora_adapter")
      try folder.writeModel("run/checkpoint-\(step)/2_Dense")
      try folder.makeFolder("run/checkpoint-\(step)/1_Pooling")
      for name in [
        "value_head.safetensors", "optimizer.pt", "scheduler.pt", "rng_state_0.pth",
        "pytorch_model.bin", "model-00001-of-00002.safetensors",
      ] { try folder.write("run/checkpoint-\(step)/\(name)", [0]) }
    }
    try folder.writeModel("run/best")
    try folder.write("run/global_step3/zero_to_fp32.py", [])
    let run = try #require(try Discovery.runs(at: folder.path + "/run").first)
    #expect(
      run.notes == [
        "not read: 2_Dense (weights), lora_adapter (an adapter), value_head.safetensors (weights)",
        "not read: best (weights), global_step3 (DeepSpeed ZeRO shards are not read)",
      ])
  }

  @Test func `what was trained beside an adapter is said`() throws {
    let folder = try TestFolder()
    try folder.writeAdapter("run")
    try folder.write("run/non_lora_trainables.bin", [0])
    try folder.write("run/model.safetensors", [0])
    let run = try #require(try Discovery.runs(at: folder.path + "/run").first)
    #expect(run.checkpoints.map(\.contents) == [.adapter])
    #expect(
      run.notes == ["not read: model.safetensors (weights), non_lora_trainables.bin (weights)"])
  }

  @Test(arguments: [
    "base_model.model.q.base_layer.weight", "base_model.model.q.lora_A.default.weight",
  ])
  func `a model that PEFT has wrapped is refused with what to do`(tensor: String) throws {
    let folder = try TestFolder()
    try folder.write("ft/config.json", text: "{}")
    let file = try folder.write("ft/model.safetensors", SafetensorsBytes.file([.init(tensor, [1])]))
    for path in [folder.path + "/ft", file] {
      let error = #expect(throws: CheckpointError.self) { try Discovery.runs(at: path) }
      guard case .wrappedByPEFT(_, file, tensor) = error else {
        Issue.record("found \(String(describing: error))")
        continue
      }
      #expect(error?.description.contains("holds a model that PEFT has wrapped") == true)
      #expect(error?.description.contains("LoraConfig(") == true)
    }
  }

  @Test func `a byte order mark is read`() throws {
    let folder = try TestFolder()
    try folder.writeAdapter("a")
    try folder.write(
      "a/adapter_config.json", [0xEF, 0xBB, 0xBF] + Array(#"{"peft_type":"LORA"}"#.utf8))
    #expect(try Discovery.runs(at: folder.path + "/a").count == 1)
  }

  @Test func `runs that have not begun are passed over`() throws {
    let folder = try TestFolder()
    try folder.writeAdapter("a/checkpoint-1")
    try folder.makeFolder("b/checkpoint-1")
    try folder.makeFolder("c")
    let paths = ["a", "b", "c", "d"].map { "\(folder.path)/\($0)" }
    #expect(try Discovery.begunRuns(at: paths).map(\.name) == ["a"])
    #expect(try Discovery.begunRuns(at: [paths[3]]).isEmpty)
  }
}
