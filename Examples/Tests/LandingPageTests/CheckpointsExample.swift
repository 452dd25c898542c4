import Checkpoints
import Testing

@Suite("Example of Checkpoints") struct CheckpointsExampleTests {
  @Test func `runs are found and weights read`() throws {
    let path = Fixture.path("adapters/lora")
    let basePath = Fixture.path("base-minilm")
    // example
    for run in try Discovery.runs(at: path) {
      for checkpoint in run.checkpoints { print(run.name, checkpoint.step, checkpoint.path) }
    }
    let base = try ModelFolder(path: basePath)
    let weight = try base.weight(named: "encoder.layer.0.attention.self.query.weight")
    let values = try weight.doubles(rows: 0..<weight.rows)
    // end
    #expect(values.count == weight.rows * weight.columns)
  }
}
