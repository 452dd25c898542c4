import Checkpoints
import LinearAlgebra
import Testing
import Updates

/// The example of `CheckpointUpdates`' documentation, on a fixture.
@Suite("Example of a checkpoint's updates") struct UpdatesExampleTests {
  @Test func `the documented lines give the update of every module`() throws {
    let fixture = try #require(AdapterFixture.all.first { $0.name == "lora" })
    let run = try Discovery.runs(at: fixture.path)[0]
    let base = try fixture.base()
    let updates = try CheckpointUpdates(of: run.checkpoints[0], in: run, base: base)
    var warnings = 0
    for finding in updates.findings where finding.severity == .warning {
      warnings += finding.description.isEmpty ? 0 : 1
    }
    #expect(warnings == updates.findings.count { $0.severity == .warning })
    var norms: [String: Double] = [:]
    for module in updates.modules {
      let update = try module.matrix()
      #expect([update.rows, update.columns] == [module.rows, module.columns])
      norms[module.module] = update.frobeniusNorm()
    }
    #expect(!norms.isEmpty && norms.values.allSatisfy { $0 > 0 && $0.isFinite })
  }
}
