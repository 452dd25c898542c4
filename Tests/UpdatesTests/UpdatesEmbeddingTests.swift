import Checkpoints
import LinearAlgebra
import Testing
import Updates

@Suite("Updates of an embedding") struct UpdatesEmbeddingTests {
  private let bench: UpdatesWorkbench
  private let embedding: Matrix
  private let base: ModelFolder
  private static let name = "model.embed_tokens"

  init() throws {
    var generator = SplitMix64(seed: 41)
    bench = try UpdatesWorkbench()
    embedding = generator.matrix(12, 8)
    base = try bench.model("base", ["\(Self.name).weight": embedding])
  }

  private func updates(saved: Matrix, rows: Int) throws -> CheckpointUpdates {
    var generator = SplitMix64(seed: 42)
    let folder = try bench.adapter(
      "adapter", configuration: #""r": 2, "lora_alpha": 4"#,
      [
        "\(Self.name).lora_embedding_A": generator.matrix(2, rows),
        "\(Self.name).lora_embedding_B": generator.matrix(8, 2),
        "\(Self.name).base_layer.weight": saved,
      ])
    return try CheckpointUpdates(of: folder, base: base)
  }

  @Test func `a frozen weight that is the base's is no finding`() throws {
    let updates = try updates(saved: embedding, rows: 12)
    #expect(updates.findings == [] && updates.modules.count == 1)
  }

  @Test func `a frozen weight that is not the base's is told`() throws {
    let updates = try updates(saved: 1.25 * embedding, rows: 12)
    let finding = try #require(updates.findings.first)
    guard case .baseDiffers("model.embed_tokens.weight", let distance) = finding else {
      Issue.record("\(updates.findings)")
      return
    }
    #expect(abs(distance - 0.25) <= 16 * Double.ulpOfOne)
    #expect(
      finding.description
        == "'model.embed_tokens.weight' as saved with the adapter differs by 25.0 % from the base:"
        + " the adapter may belong to another base")
  }

  @Test func `of a vocabulary that grew the common rows are updated`() throws {
    let grown = Matrix.stackedRows([embedding, Matrix(rows: 3, columns: 8, repeating: 1)])
    let updates = try updates(saved: grown, rows: 15)
    #expect(
      updates.findings
        == [.vocabularyResized(module: Self.name, base: 12, checkpoint: 15)])
    let module = try #require(updates.modules.first)
    let update = try module.update().dense(base: #require(module.base))
    #expect([module.rows, update.rows, update.columns] == [12, 12, 8])
    var generator = SplitMix64(seed: 42)
    let (a, b) = (generator.matrix(2, 15), generator.matrix(8, 2))
    let expected = (2 * (b * a)).transposed().rowSlice(0..<12)
    #expect(
      (update - expected).frobeniusNorm() <= 100 * Double.ulpOfOne * expected.frobeniusNorm())
  }

  @Test func `trained tokens change their rows`() throws {
    let folder = try bench.adapter(
      "tokens", configuration: #""token_indices": [2, 5]"#, type: "TRAINABLE_TOKENS",
      ["\(Self.name).trainable_tokens_delta": Matrix(rows: 2, columns: 8, repeating: 3)])
    let updates = try CheckpointUpdates(of: folder, base: base)
    #expect(updates.method == "trainable-tokens")
    let update = try updates.modules[0].update().dense(base: DenseBaseWeight(embedding))
    for row in 0..<12 {
      let isTrained = row == 2 || row == 5
      for column in 0..<8 {
        #expect(update[row, column] == (isTrained ? 3 - embedding[row, column] : 0))
      }
    }
  }
}
