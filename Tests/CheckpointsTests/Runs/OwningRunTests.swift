import Checkpoints
import Foundation
import Testing

@Suite("A checkpoint that is given alone") struct OwningRunTests {
  private static let record = #"""
    {"program":"sigmascope","method":"pissa","objective":"dapo","base":"../base","base_hash":"abc",
     "trained_parameters":19712,"settings":{"rank":8,"alpha":16,"start":"pissa"}}
    """#

  private func run(_ folder: TestFolder, _ path: String) throws -> Run {
    try #require(try Discovery.runs(at: "\(folder.path)/\(path)").first)
  }

  @Test func `what run.json of its run says is true of it`() throws {
    let folder = try TestFolder()
    for step in [0, 80, 100] { try folder.writeAdapter("run/checkpoint-\(step)") }
    try folder.writeModel("base")
    try folder.write("run/run.json", text: Self.record)
    for path in [
      "run/checkpoint-100", "run/checkpoint-100/", "run/checkpoint-100/adapter_model.safetensors",
      "run/checkpoint-80/../checkpoint-100",
    ] {
      let run = try run(folder, path)
      #expect(run.method == "pissa", "\(path)")
      #expect(run.baseHash == "abc")
      #expect(run.settings == (try self.run(folder, "run")).settings)
      #expect(run.settings.configuration == "sigmascope")
      #expect(run.settings.trainedParameters == 19712)
      #expect(run.settings.rank == 8 && run.settings.alpha == 16)
      #expect(run.baseName?.hasSuffix("run/../base") ?? false)
      #expect(run.checkpoints.map(\.step) == [100])
      #expect(run.notes.isEmpty)
    }
  }

  @Test func `the checkpoints before it are known, and those without weights are none`() throws {
    let folder = try TestFolder()
    for step in [0, 80, 100, 120] { try folder.writeAdapter("run/checkpoint-\(step)") }
    try folder.makeFolder("run/checkpoint-90")
    #expect(try run(folder, "run/checkpoint-100").savedSteps == [0, 80, 100])
    #expect(try run(folder, "run/checkpoint-0").savedSteps == [0])
  }

  @Test func `the earliest one with weights is known`() throws {
    let folder = try TestFolder()
    for step in [80, 100] { try folder.writeAdapter("run/checkpoint-\(step)") }
    try folder.makeFolder("run/checkpoint-20")
    #expect(try run(folder, "run/checkpoint-100").firstCheckpoint?.step == 80)
    #expect(try run(folder, "run/checkpoint-80").firstCheckpoint?.step == 80)
    #expect(try run(folder, "run").firstCheckpoint?.step == 80)
  }

  @Test func `its run is named as the checkpoint was given`() throws {
    let folder = try TestFolder()
    for step in [1, 3] { try folder.writeAdapter("run/checkpoint-\(step)") }
    let here = FileManager.default.currentDirectoryPath.split(separator: "/").count
    let relative =
      String(repeating: "../", count: here)
      + URL(fileURLWithPath: folder.path).resolvingSymlinksInPath().path.dropFirst() + "/run"
    for path in ["\(relative)/checkpoint-1", "\(relative)/./checkpoint-1/"] {
      let run = try #require(try Discovery.runs(at: path).first)
      #expect(run.notes == ["its run goes on to step 3: give '\(relative)' to see what came of it"])
    }
  }

  @Test func `epochs are counted by the steps that the trainer saved`() throws {
    let folder = try TestFolder()
    for (epoch, step) in [(1, 30), (2, 60)] {
      try folder.writeAdapter("run/epoch_\(epoch)")
      try folder.write(
        "run/epoch_\(epoch)/trainer_state.json", text: #"{"global_step":\#(step)}"#)
    }
    #expect(try run(folder, "run/epoch_2").savedSteps == [30, 60])
  }

  @Test func `what its run logged up to its step is true of it, and where the run goes on is said`()
    throws
  {
    let folder = try TestFolder()
    for step in [1, 3] { try folder.writeAdapter("run/checkpoint-\(step)") }
    try folder.write(
      "run/metrics.jsonl",
      text: (1...4).map { #"{"step":\#($0),"reward":0.\#($0)}"# }.joined(separator: "\n"))
    let run = try run(folder, "run/checkpoint-3")
    #expect(run.history.map(\.step) == [1, 2, 3])
    #expect(
      run.notes == [
        "what was logged is read from metrics.jsonl",
        "its run goes on to step 4: give '\(folder.path)/run' to see what came of it",
      ])
  }

  @Test func `a log that counts steps is not that of a checkpoint named by an epoch`() throws {
    let folder = try TestFolder()
    for epoch in 1...2 { try folder.writeAdapter("run/epoch_\(epoch)") }
    try folder.write("run/metrics.jsonl", text: #"{"step":1,"reward":0.5}"#)
    #expect(try run(folder, "run/epoch_2").history.isEmpty)
  }

  @Test func `a folder that is no step by its name does not belong to the folder above it`() throws
  {
    let folder = try TestFolder()
    try folder.writeAdapter("run/final")
    try folder.writeAdapter("run/checkpoint-1")
    try folder.write("run/run.json", text: Self.record)
    let run = try run(folder, "run/final")
    #expect(run.method == nil)
    #expect(run.settings.trainedParameters == nil)
    #expect(run.savedSteps.isEmpty)
  }

  @Test func `a record of its run that cannot be read is a note`() throws {
    let folder = try TestFolder()
    try folder.writeAdapter("run/checkpoint-1")
    try folder.write("run/run.json", text: "{")
    let run = try run(folder, "run/checkpoint-1")
    #expect(run.notes.contains { $0.hasPrefix("run.json of its run is left out: ") })
  }
}
