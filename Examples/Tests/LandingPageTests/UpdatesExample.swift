import Checkpoints
import LinearAlgebra
import Testing
import Updates

@Suite("Example of Updates") struct UpdatesExampleTests {
  @Test func `the updates of a checkpoint are read`() throws {
    let path = Fixture.path("adapters/lora")
    let basePath = Fixture.path("base-minilm")
    // example
    let run = try Discovery.runs(at: path)[0]
    let base = try ModelFolder(path: basePath)
    let updates = try CheckpointUpdates(of: run.checkpoints[0], in: run, base: base)
    for finding in updates.findings where finding.severity == .warning { print(finding) }
    for module in updates.modules {
      let update = try module.matrix()
      print(module.module, update.rows, update.columns, update.frobeniusNorm())
    }
    // end
    #expect(!updates.modules.isEmpty)
  }
}
