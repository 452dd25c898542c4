import Adapters
import Checkpoints
import LinearAlgebra
import Testing
import Updates

@Suite("Updates of whole models") struct UpdatesModelTests {
  private let bench: UpdatesWorkbench
  private let w: Matrix
  private let gain: Matrix
  private let embedding: Matrix
  private let tied = #"{"model_type": "llama", "tie_word_embeddings": true}"#

  init() throws {
    var generator = SplitMix64(seed: 31)
    bench = try UpdatesWorkbench()
    w = generator.matrix(6, 8)
    gain = generator.matrix(1, 8)
    embedding = generator.matrix(12, 8)
  }

  private func model(
    _ name: String, w: Matrix? = nil, embedding: Matrix? = nil
  ) throws -> ModelFolder {
    try bench.model(
      name, configuration: tied,
      [
        "model.layers.0.q_proj.weight": w ?? self.w, "model.norm.weight": gain,
        "model.embed_tokens.weight": embedding ?? self.embedding,
      ])
  }

  private func updates(_ name: String, base: ModelFolder?) throws -> CheckpointUpdates {
    try CheckpointUpdates(
      of: Checkpoint(step: 1, path: bench.path(name), contents: .model), base: base)
  }

  @Test func `the update of each weight is after minus before`() throws {
    let base = try model("base")
    _ = try model("tuned", w: w + Matrix(rows: 6, columns: 8, repeating: 0.5))
    let updates = try updates("tuned", base: base)
    #expect(updates.method == "full" && updates.findings == [])
    #expect(updates.modules.map(\.module) == ["model.embed_tokens", "model.layers.0.q_proj"])
    #expect(updates.vectors.map(\.name) == ["model.norm.weight"])
    let changes = try updates.modules.map { try $0.update().dense(base: DenseBaseWeight(w)) }
    #expect(changes[0].frobeniusNorm() == 0)
    // Tolerance: the stored w + 0.5 was rounded once.
    #expect(changes[1].values.allSatisfy { abs($0 - 0.5) <= 4 * Double.ulpOfOne })
    #expect(try updates.vectors[0].change().allSatisfy { $0 == 0 })
  }

  @Test func `a base is needed`() throws {
    _ = try model("tuned")
    let error = UpdateError.baseNeeded(checkpoint: bench.path("tuned"))
    #expect(throws: error) { try updates("tuned", base: nil) }
    #expect(
      error.description
        == "'\(bench.path("tuned"))' holds whole weights, which are an update only against their"
        + " base: give the base with --base")
  }

  @Test(arguments: [10, 14])
  func `of a resized vocabulary the common rows are compared`(rows: Int) throws {
    let base = try model("base")
    let more = Matrix(rows: 2, columns: 8, repeating: 1)
    let resized = rows < 12 ? embedding.rowSlice(0..<10) : .stackedRows([embedding, more])
    _ = try model("tuned", embedding: resized)
    let updates = try updates("tuned", base: base)
    let finding = Finding.vocabularyResized(
      module: "model.embed_tokens", base: 12, checkpoint: rows)
    #expect(updates.findings == [finding])
    #expect(
      finding.description
        == "'model.embed_tokens' has \(rows) rows, in the base 12:"
        + " the first \(min(rows, 12)) are compared")
    let module = updates.modules[0]
    #expect(module.rows == min(rows, 12))
    #expect(try module.update().dense(base: #require(module.base)).frobeniusNorm() == 0)
  }

  @Test func `a tied head that is saved too is counted once`() throws {
    let base = try model("base")
    _ = try bench.model(
      "tuned", configuration: tied,
      [
        "model.layers.0.q_proj.weight": w, "model.norm.weight": gain,
        "model.embed_tokens.weight": embedding, "lm_head.weight": embedding,
      ])
    let updates = try updates("tuned", base: base)
    #expect(
      updates.findings == [.tiedCopy(tensor: "lm_head.weight", of: "model.embed_tokens.weight")])
    #expect(updates.modules.count == 2)
  }

  @Test func `what the checkpoint lacks is told`() throws {
    let base = try model("base")
    _ = try bench.model("tuned", configuration: tied, ["model.layers.0.q_proj.weight": w])
    #expect(
      try updates("tuned", base: base).findings
        == [
          .missingFromCheckpoint(tensors: ["model.embed_tokens.weight", "model.norm.weight"])
        ])
  }
}
