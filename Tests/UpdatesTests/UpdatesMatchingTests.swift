import Adapters
import Checkpoints
import Foundation
import LinearAlgebra
import Testing
import Updates

/// Checkpoints that do not match their base tensor by tensor.
@Suite("Checkpoints that differ from their base in more than numbers") struct UpdatesMatchingTests {
  private let bench: UpdatesWorkbench
  private let w: Matrix
  private let embedding: Matrix
  private let base: ModelFolder

  init() throws {
    var generator = SplitMix64(seed: 41)
    bench = try UpdatesWorkbench()
    w = generator.matrix(6, 8)
    embedding = generator.matrix(12, 8)
    base = try bench.model(
      "base",
      [
        "model.layers.0.q_proj.weight": w, "model.layers.0.k_proj.weight": w,
        "model.embed_tokens.weight": embedding, "lm_head.bias": Matrix(rows: 1, columns: 12),
      ])
  }

  private func updates(
    _ extra: UpdatesWorkbench.Tensors = [:], without left: Set<String> = []
  ) throws -> CheckpointUpdates {
    let common: UpdatesWorkbench.Tensors = [
      "model.layers.0.q_proj.weight": w, "model.layers.0.k_proj.weight": w,
      "model.embed_tokens.weight": embedding,
      "lm_head.bias": Matrix(rows: 1, columns: 12, repeating: 1),
    ]
    let entries = UpdatesWorkbench.entries(common).filter { !left.contains($0.name) }
    let tuned = try bench.model("tuned", entries: entries + UpdatesWorkbench.entries(extra))
    return try CheckpointUpdates(
      of: Checkpoint(step: 1, path: tuned.path, contents: .model), base: base)
  }

  // MARK: Tensors that the base has not

  @Test func `a new head is told and everything else is compared`() throws {
    let updates = try updates(["v_head.summary.weight": 3 * w, "classifier.weight": 2 * w])
    #expect(updates.modules.count == 3)
    #expect(updates.findings == [.new(tensors: ["classifier.weight", "v_head.summary.weight"])])
  }

  @Test func `more layers than the base has are new`() throws {
    let updates = try updates(["model.layers.1.q_proj.weight": 3 * w])
    #expect(updates.findings == [.new(tensors: ["model.layers.1.q_proj.weight"])])
  }

  @Test func `constants that older libraries saved are no weights`() throws {
    let names = [
      "model.layers.0.rotary_emb.inv_freq", "h.0.attn.masked_bias", "embeddings.position_ids",
    ]
    let updates = try updates([
      names[0]: Matrix(rows: 1, columns: 4, repeating: 1), names[1]: Matrix(rows: 1, columns: 1),
      names[2]: Matrix(rows: 1, columns: 3),
    ])
    #expect(updates.findings == [.buffers(tensors: names.sorted())])
  }

  @Test func `a copy of an embedding is counted once`() throws {
    let updates = try updates([
      "encoder.embed_tokens_copy.weight": embedding, "proj_out.weight": embedding,
    ])
    #expect(
      updates.findings == [
        .tiedCopy(tensor: "encoder.embed_tokens_copy.weight", of: "model.embed_tokens.weight"),
        .tiedCopy(tensor: "proj_out.weight", of: "model.embed_tokens.weight"),
      ])
    #expect(updates.modules.count == 3)
  }

  @Test func `a checkpoint most of which is foreign is refused, with counts`() throws {
    let error = UpdateError.anotherBase(
      compared: 1, of: 3, strangers: ["a.weight", "b.weight"], nearest: nil)
    #expect {
      _ = try updates(
        ["a.weight": 2 * w, "b.weight": 3 * w],
        without: ["model.layers.0.q_proj.weight", "model.layers.0.k_proj.weight"])
    } throws: { thrown in
      guard
        case .anotherBase(compared: 1, of: 3, strangers: ["a.weight", "b.weight"], _)? =
          thrown as? UpdateError
      else { return false }
      return true
    }
    #expect(
      error.description.hasPrefix("2 of 3 matrices have no partner of their shape in the base"))
  }

  @Test func `one tensor of another shape is told and not compared`() throws {
    let updates = try updates(
      ["model.layers.0.q_proj.weight": Matrix(rows: 5, columns: 8, repeating: 1)],
      without: ["model.layers.0.q_proj.weight"])
    #expect(updates.modules.map(\.module) == ["model.embed_tokens", "model.layers.0.k_proj"])
    #expect(
      updates.findings == [
        .shapeDiffers(tensor: "model.layers.0.q_proj.weight", checkpoint: [5, 8], base: [6, 8])
      ])
  }

  @Test func `of a bias over another vocabulary the common entries are compared`() throws {
    let updates = try updates(
      ["lm_head.bias": Matrix(rows: 1, columns: 15, repeating: 2)], without: ["lm_head.bias"])
    let change = try #require(updates.vectors.first).change()
    #expect(change == [Double](repeating: 2, count: 12))
    #expect(
      updates.findings == [.vocabularyResized(module: "lm_head.bias", base: 12, checkpoint: 15)])
  }

  // MARK: Is it the base, and is it an update?

  @Test func `a checkpoint is not compared with itself`() throws {
    let checkpoint = Checkpoint(step: 1, path: base.path, contents: .model)
    #expect(throws: UpdateError.ownBase(checkpoint: base.path)) {
      try CheckpointUpdates(of: checkpoint, base: base)
    }
  }

  @Test func `a base that is a checkpoint of the run is told`() throws {
    let other = try bench.model("later", ["model.layers.0.q_proj.weight": 2 * w])
    let run = Run(
      name: "run", path: bench.folder.path,
      checkpoints: [
        Checkpoint(step: 1, path: base.path, contents: .model),
        Checkpoint(step: 2, path: other.path, contents: .model),
      ])
    let updates = try CheckpointUpdates(of: run.checkpoints[0], in: run, base: base)
    #expect(updates.findings == [.ownBase])
  }

  @Test func `a copy in another type is no update`() throws {
    var rounded = w.values
    DataType.bfloat16.round(&rounded)
    let values = Matrix(rows: 6, columns: 8, values: rounded)
    let tuned = try bench.model(
      "cast", ["model.layers.0.q_proj.weight": values, "model.layers.0.k_proj.weight": 2 * w])
    let updates = try CheckpointUpdates(
      of: Checkpoint(step: 1, path: tuned.path, contents: .model), base: base)
    #expect(updates.modules.map(\.isRounding) == [false, true])
    #expect(updates.findings.contains(.withinRounding(type: "BF16", modules: 1, of: 2)))
  }

  @Test func `a model that has only its shapes in common with the base is told`() throws {
    var generator = SplitMix64(seed: 42)
    let before = generator.matrix(64, 80)
    let base = try bench.model("wide", ["q.weight": before])
    let stranger = try bench.model("stranger", ["q.weight": generator.matrix(64, 80)])
    let updates = try CheckpointUpdates(
      of: Checkpoint(step: 1, path: stranger.path, contents: .model), base: base)
    guard case .unrelated("q", let cosine, let size)? = updates.findings.first else {
      Issue.record("nothing was found: \(updates.findings)")
      return
    }
    #expect(abs(cosine) < 0.1 && abs(size - 1) < 0.1)
    // Training that blows a model up is not taken for it.
    let trained = try bench.model("trained", ["q.weight": before + 20 * generator.matrix(64, 80)])
    let found = try CheckpointUpdates(
      of: Checkpoint(step: 1, path: trained.path, contents: .model), base: base)
    #expect(found.findings == [])
  }

  // MARK: Several models in one checkpoint

  @Test func `two towers keep their own names`() throws {
    let tower = try bench.model("tower", ["encoder.q.weight": w])
    let tuned = try bench.model(
      "towers", ["query.encoder.q.weight": 2 * w, "passage.encoder.q.weight": 3 * w])
    let updates = try CheckpointUpdates(
      of: Checkpoint(step: 1, path: tuned.path, contents: .model), base: tower)
    #expect(updates.modules.map(\.module) == ["passage.encoder.q", "query.encoder.q"])
    #expect(updates.findings.contains(.sharedWeights(tensors: ["encoder.q.weight"])))
    // Tolerance: the files hold single precision.
    #expect(try (updates.modules[0].matrix() - 2 * w).frobeniusNorm() < 1e-5)
    #expect(try (updates.modules[1].matrix() - w).frobeniusNorm() < 1e-5)
  }
}
