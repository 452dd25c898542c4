import Checkpoints
import Diagnosis
import Experiments
import Foundation
import Testing

@Suite("Settings of a run") struct RunSettingsTests {
  private let folder: TestAnalysisFolder

  init() throws { folder = try TestAnalysisFolder() }

  private func settings(of path: String) throws -> RunSettings {
    let run = try #require(Discovery.runs(at: folder.path(path)).first)
    let plan = try AnalysisPlan(of: [run], selecting: AnalysisSelection())
    return RunSettings(of: run, plan.runs[0].settings, log: TrainingLog(run.history))
  }

  private func record(_ name: String) throws {
    let text = #"{"program":"sigmascope","method":"pissa","settings":{"rank":1,"alpha":4}}"#
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path(name) + "/run.json"))
  }

  @Test func `the rank is the one that was trained, not that of the converted file`() throws {
    try folder.model("base")
    try folder.adapter("run/checkpoint-5", base: "../../base")
    #expect(try settings(of: "run").rank == 2)
    try record("run")
    for path in ["run", "run/checkpoint-5"] {
      let settings = try settings(of: path)
      #expect(settings.rank == 1 && settings.alpha == 4, "\(path)")
      // The file's own: α/r is not changed by the conversion.
      #expect(settings.scale == 1)
    }
  }

  @Test func `whole weights have no rank, whatever was recorded`() throws {
    try folder.model("base")
    try folder.model("run/checkpoint-5")
    try record("run")
    let run = try #require(Discovery.runs(at: folder.path("run")).first)
    let plan = try AnalysisPlan(
      of: [run], selecting: AnalysisSelection(base: .given(folder.path("base"))))
    let settings = RunSettings(of: run, plan.runs[0].settings, log: TrainingLog(run.history))
    #expect(settings.rank == nil && settings.alpha == nil)
  }
}
