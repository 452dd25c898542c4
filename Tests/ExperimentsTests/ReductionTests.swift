import Adapters
import Checkpoints
import Experiments
import Foundation
import LinearAlgebra
import Spectra
import Testing
import Updates

/// Adapters that are written again: what is read back has the same update. That reading agrees with PEFT is the claim of
/// `UpdatesGoldenTests`; that PEFT reads what is written here as the same function, of
/// `Tests/Python/check_written_adapters.py`.
@Suite("Adapters made of updates") struct ReductionTests {
  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures")

  /// Adapters of PEFT's methods whose update is a matrix of a low rank, or that are written with a rank that holds it.
  private static let names: [String] = {
    let adapters = fixtures.appendingPathComponent("adapters").path
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: adapters)) ?? []
    return folders.sorted().filter { name in
      FileManager.default.fileExists(atPath: "\(adapters)/\(name)/adapter_config.json")
    }
  }()

  private func source(_ name: String) throws -> ReductionSource {
    try ReductionSource.adapter(
      at: Self.fixtures.appendingPathComponent("adapters/\(name)").path, base: .named, alpha: nil)
  }

  private func convert(
    _ source: ReductionSource, _ options: ReductionOptions, to path: String,
    format: any AdapterFormat.Type = PEFTFormat.self, prefix: String? = nil
  ) async throws -> Reduction {
    let outcome = try await Reducer(source, options, jobs: 2).reduced()
    try await outcome.publish(to: path, format: format, prefix: prefix, type: options.type)
    return outcome.reduction
  }

  private var exact: ReductionOptions {
    var options = ReductionOptions(rule: ExactRule())
    options.keepsFactors = true
    options.embeddings = .lora
    return options
  }

  /// The updates of a written adapter, read with the base of its source.
  private func updates(at path: String, base: ModelFolder?) throws -> CheckpointUpdates {
    try CheckpointUpdates(of: AdapterFolder(path: path), base: base)
  }

  /// The largest distance between the updates of modules, relative to the update, and between those of vectors.
  private func distance(
    _ before: CheckpointUpdates, _ after: CheckpointUpdates
  ) throws -> Double {
    var worst = 0.0
    let own = Dictionary(uniqueKeysWithValues: after.modules.map { ($0.module, $0) })
    for module in before.modules {
      let matrix = try module.matrix()
      let norm = matrix.frobeniusNorm()
      guard norm > 0 else { continue }
      let other = try #require(own[module.module], "\(module.module) is missing")
      worst = max(worst, try (matrix - other.matrix()).frobeniusNorm() / norm)
    }
    let vectors = Dictionary(uniqueKeysWithValues: after.vectors.map { ($0.name, $0) })
    for vector in before.vectors {
      let change = try vector.change()
      let size = change.map(abs).max() ?? 0
      guard size > 0 else { continue }
      let other = try #require(vectors[vector.name], "\(vector.name) is missing").change()
      worst = max(worst, (zip(change, other).map { abs($0 - $1) }.max() ?? 0) / size)
    }
    return worst
  }

  @Test(arguments: names)
  func `any adapter becomes a LoRA with the same update`(name: String) async throws {
    let scratch = try StudyScratch()
    let source = try source(name)
    let path = "\(scratch.path)/lora"
    let reduction = try await convert(source, exact, to: path)
    #expect(reduction.lost == 0)
    let written = try updates(at: path, base: source.base)
    // Float32 rounds each factor by 2⁻²⁴, and a vector by that share of its value in the base.
    #expect(try distance(source.updates, written) < 1e-4)
  }

  @Test(arguments: ["lora", "rslora", "lora-patterns", "lora-embedding", "gpt2-lora"])
  func `a LoRA keeps the very numbers of its factors`(name: String) async throws {
    let scratch = try StudyScratch()
    let source = try source(name)
    let path = "\(scratch.path)/lora"
    _ = try await convert(source, exact, to: path)
    let (old, new) = (
      try AdapterFolder(path: source.checkpoint.path), try AdapterFolder(path: path)
    )
    let factors = old.entries.filter { $0.name.contains("lora_") }
    #expect(!factors.isEmpty)
    for entry in factors {
      let copy = try #require(new.entries.first { $0.name == entry.name }, "\(entry.name)")
      #expect(copy.tensor.shape == entry.tensor.shape)
      let values = try old.weights.doubles(
        of: entry.tensor, elements: 0..<entry.tensor.elementCount)
      #expect(
        try new.weights.doubles(of: copy.tensor, elements: 0..<copy.tensor.elementCount) == values)
    }
  }

  @Test(arguments: ["pissa", "olora", "pissa-rslora"])
  func `a start that left a residual base becomes a LoRA of twice the rank`(name: String)
    async throws
  {
    let scratch = try StudyScratch()
    let source = try source(name)
    let path = "\(scratch.path)/lora"
    let reduction = try await convert(source, exact, to: path)
    let rank = try #require(source.updates.modules[0].resolved?.rank)
    #expect(reduction.modules.contains { $0.rank == 2 * rank })
    let configuration = try AdapterConfiguration(AdapterFolder(path: path))
    #expect(configuration.initialization == .standard)
    #expect(try distance(source.updates, updates(at: path, base: nil)) < 1e-4)
  }

  @Test func `an update of full rank is refused unless a rank is given`() async throws {
    let source = try source("dora")
    var options = exact
    options.refusesFullRank = true
    await #expect(throws: ReductionError.self) {
      _ = try await Reducer(source, options, jobs: 1).reduced()
    }
    let cut = try await Reducer(source, ReductionOptions(rule: CountRule(8)), jobs: 1).reduced()
    #expect(cut.reduction.lost > 0 && cut.reduction.lost < 1)
  }

  @Test(arguments: ["lora", "dora", "loha", "gpt2-lora", "lokr-convolutions"])
  func `what is said to be lost is what is lost`(name: String) async throws {
    let scratch = try StudyScratch()
    let source = try source(name)
    let options = ReductionOptions(rule: CountRule(2))
    let plan = try await Reducer(source, options, jobs: 2).plan()
    let path = "\(scratch.path)/small"
    let reduction = try await convert(source, options, to: path)
    #expect(zip(plan.modules, reduction.modules).allSatisfy { abs($0.lost - $1.lost) < 1e-12 })
    let written = try updates(at: path, base: source.base)
    for line in reduction.modules {
      #expect(line.rank <= 2)
      let before = try #require(source.updates.modules.first { $0.module == line.module }).matrix()
      let after = try #require(written.modules.first { $0.module == line.module }).matrix()
      let lost = (before - after).frobeniusNorm() / before.frobeniusNorm()
      #expect(abs(lost - line.lost) < 1e-6, "\(line.module)")
    }
  }

  @Test(arguments: ["kohya", "diffusers"])
  func `a folder in another format is read again under the names of the base`(
    format: String
  ) async throws {
    let scratch = try StudyScratch()
    let source = try source("lora")
    let outcome = try await Reducer(source, exact, jobs: 1).reduced()
    let family = try #require(AdapterFormats.all.first { $0.name == format })
    let path = "\(scratch.path)/\(format)"
    try await outcome.publish(to: path, format: family)
    let base = try #require(source.base)
    let back = try ReductionSource.adapter(at: path, base: .given(base.path), alpha: nil)
    let names = try await Reducer(back, exact, jobs: 1).reduced().adapter.modules.map(\.name)
    #expect(names.sorted() == outcome.adapter.modules.map(\.name).sorted())
    #expect(try distance(source.updates, back.updates) < 1e-6)
  }

  @Test func `what is not finite is named with its module`() async throws {
    let scratch = try StudyScratch()
    let path = "\(scratch.path)/broken"
    let folder = try source("lora").checkpoint.path
    try FileManager.default.copyItem(atPath: folder, toPath: path)
    let entries = try AdapterFolder(path: path).entries
    let chosen = try #require(entries.last { $0.name.hasSuffix("lora_B.weight") })
    let store = try ModelFolder(savedWithAdapter: "\(path)/adapter_model.safetensors")
    let written = try store.parameters.map { weight in
      var values = try weight.doubles()
      if weight.name == chosen.key { values[0] = .nan }
      return SafetensorsWriter.Entry(name: weight.name, shape: weight.shape, values: values)
    }
    try FileManager.default.removeItem(atPath: "\(path)/adapter_model.safetensors")
    try SafetensorsWriter.write(written, to: "\(path)/adapter_model.safetensors")
    let base = try #require(source("lora").base)
    let broken = try ReductionSource.adapter(at: path, base: .given(base.path), alpha: nil)
    let module = String(chosen.name.dropLast(".lora_B.weight".count))
    await #expect(throws: ReductionError.notFinite(module: module)) {
      _ = try await Reducer(broken, ReductionOptions(rule: CountRule(2)), jobs: 1).reduced()
    }
  }

  @Test func `equal ranks are filled with further directions, then with zeros`() async throws {
    let scratch = try StudyScratch()
    let source = try source("lora-patterns")
    var options = ReductionOptions(rule: EnergyRule(0.7))
    options.hasEqualRanks = true
    let path = "\(scratch.path)/equal"
    _ = try await convert(source, options, to: path)
    let folder = try AdapterFolder(path: path)
    let configuration = try AdapterConfiguration(folder)
    #expect(configuration.rankPattern.isEmpty && configuration.alphaPattern.isEmpty)
    for entry in folder.entries where entry.name.hasSuffix("lora_A.weight") {
      #expect(entry.tensor.shape[0] == configuration.rank)
    }
  }

  @Test(arguments: [DataType.bfloat16, .float16])
  func `a narrower type says what it takes`(type: DataType) async throws {
    let scratch = try StudyScratch()
    let source = try source("lora")
    var options = exact
    options.type = type
    let path = "\(scratch.path)/narrow"
    let reduction = try await convert(source, options, to: path)
    let said = try #require(reduction.rounding)
    #expect(said > 0 && said < 4 * type.unitRoundoff)
    let written = try updates(at: path, base: source.base)
    #expect(try distance(source.updates, written) < 4 * type.unitRoundoff)
    // Once rounded, the factors are the type's own.
    var again = exact
    again.type = type
    let second = try await Reducer(
      ReductionSource.adapter(at: path, base: .given(source.base?.path ?? ""), alpha: nil), again,
      jobs: 1
    ).reduced()
    #expect(second.reduction.rounding == 0)
    #expect(second.reduction.modules.allSatisfy { $0.rounding?.exactShare == 1 })
  }

  private func file(_ name: String, _ tensors: [(String, [Int])]) throws -> SafetensorsFile {
    let scratch = try StudyScratch()
    var generator = SplitMix64(seed: 9)
    let entries = tensors.map { name, shape in
      SafetensorsWriter.Entry(
        name: name, shape: shape,
        values: generator.gaussianMatrix(rows: 1, columns: shape.reduce(1, *)).values)
    }
    let path = "\(scratch.path)/\(name)"
    try SafetensorsWriter.write(entries, to: path)
    return SafetensorsFile(scratch: scratch, path: path)
  }

  private struct SafetensorsFile {
    /// Holds the file.
    let scratch: StudyScratch
    let path: String
  }

  @Test func `a layer of kohya-ss or diffusers is no embedding, whatever its name`() async throws {
    let file = try file(
      "style.safetensors",
      [
        ("lora_unet_time_embedding_linear.lora_down.weight", [2, 8]),
        ("lora_unet_time_embedding_linear.lora_up.weight", [6, 2]),
        ("unet.time_embed.lora.down.weight", [2, 8]), ("unet.time_embed.lora.up.weight", [6, 2]),
      ])
    let source = try ReductionSource.adapter(at: file.path, base: .none, alpha: nil)
    let outcome = try await Reducer(source, exact, jobs: 1).reduced()
    #expect(outcome.adapter.modules.map(\.kind) == [.linear, .linear])
    #expect(outcome.reduction.warnings.allSatisfy { !$0.contains("convolutions") })
  }

  @Test func `a convolution of LyCORIS in three parts keeps its kernel`() async throws {
    let file = try file(
      "tucker.safetensors",
      [
        ("lora_unet_a.lora_down.weight", [2, 4, 1, 1]),
        ("lora_unet_a.lora_mid.weight", [2, 2, 3, 3]),
        ("lora_unet_a.lora_up.weight", [6, 2, 1, 1]),
      ])
    let source = try ReductionSource.adapter(at: file.path, base: .none, alpha: nil)
    let outcome = try await Reducer(source, exact, jobs: 1).reduced()
    #expect(outcome.adapter.modules.map(\.kind) == [.convolution([4, 3, 3])])
  }

  @Test func `a bias or a kernel says that a layer is no embedding`() async throws {
    let scratch = try StudyScratch()
    var generator = SplitMix64(seed: 8)
    for name in ["base", "tuned"] {
      let path = "\(scratch.path)/\(name)"
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      try Data(#"{"model_type": "vit"}"#.utf8)
        .write(to: URL(fileURLWithPath: "\(path)/config.json"))
      let shapes = [
        ("embed_tokens.weight", [6, 8]), ("pos_embed.weight", [6, 8]), ("pos_embed.bias", [6]),
        ("patch_embedding.weight", [6, 2, 2, 2]),
      ]
      let entries = shapes.map { name, shape in
        SafetensorsWriter.Entry(
          name: name, shape: shape,
          values: generator.gaussianMatrix(rows: 1, columns: shape.reduce(1, *)).values)
      }
      try SafetensorsWriter.write(entries, to: "\(path)/model.safetensors")
    }
    let source = try ReductionSource.difference(
      base: "\(scratch.path)/base", tuned: "\(scratch.path)/tuned")
    let adapter = try await Reducer(source, ReductionOptions(rule: CountRule(2)), jobs: 1)
      .reduced().adapter
    let kinds = Dictionary(uniqueKeysWithValues: adapter.modules.map { ($0.name, $0.kind) })
    #expect(kinds == ["pos_embed": .linear, "patch_embedding": .convolution([2, 2, 2])])
    #expect(adapter.whole.contains { $0.module == "embed_tokens" && $0.parameter == "weight" })
  }

  @Test func `what only the base tells from a convolution is said`() async throws {
    let file = try file(
      "hada.safetensors",
      [
        ("lora_unet_a.hada_w1_a", [6, 1]), ("lora_unet_a.hada_w1_b", [1, 8]),
        ("lora_unet_a.hada_w2_a", [6, 1]), ("lora_unet_a.hada_w2_b", [1, 8]),
      ])
    let unknown = try ReductionSource.adapter(at: file.path, base: .none, alpha: nil)
    let warnings = try await Reducer(unknown, exact, jobs: 1).plan().warnings
    #expect(warnings.contains { $0.contains("'lora_unet_a' are linear layers or convolutions") })
    let known = try await Reducer(source("loha"), exact, jobs: 1).plan().warnings
    #expect(known.allSatisfy { !$0.contains("convolutions") })
  }

  @Test func `a number that is too large for the type is refused`() async throws {
    let scratch = try StudyScratch()
    try FileManager.default.createDirectory(
      atPath: "\(scratch.path)/large", withIntermediateDirectories: true)
    try SafetensorsWriter.write(
      [
        .init(
          name: "base_model.model.q_proj.lora_A.weight", shape: [1, 4],
          values: .float32([1, 2, 3, 4])),
        .init(
          name: "base_model.model.q_proj.lora_B.weight", shape: [4, 1],
          values: .float32([70000, 1, 1, 1])),
      ], to: "\(scratch.path)/large/adapter_model.safetensors")
    try Data(#"{"peft_type": "LORA", "r": 1, "lora_alpha": 1, "target_modules": ["q_proj"]}"#.utf8)
      .write(to: URL(fileURLWithPath: "\(scratch.path)/large/adapter_config.json"))
    let source = try ReductionSource.adapter(
      at: "\(scratch.path)/large", base: .none, alpha: nil)
    var options = exact
    options.type = .float16
    await #expect(throws: ReductionError.overflow(tensor: "q_proj", type: "float16")) {
      _ = try await Reducer(source, options, jobs: 1).reduced()
    }
  }

  @Test(arguments: [
    (format: KohyaFormat.name, file: "lora.safetensors"),
    (format: DiffusersFormat.name, file: "pytorch_lora_weights.safetensors"),
    (format: MLXFormat.name, file: ""),
  ])
  func `every family of names is read back as the same update`(format: String, file: String)
    async throws
  {
    let scratch = try StudyScratch()
    let source = try source("lora-patterns")
    let type = try #require(AdapterFormats.all.first { $0.name == format })
    let path = "\(scratch.path)/other"
    _ = try await convert(source, exact, to: path, format: type)
    let written = try updates(
      at: file.isEmpty ? path : "\(path)/\(file)", base: source.base)
    #expect(try distance(source.updates, written) < 1e-6)
    // And back under PEFT's names.
    let other = try ReductionSource.adapter(
      at: file.isEmpty ? path : "\(path)/\(file)", base: .given(source.base?.path ?? ""),
      alpha: nil)
    _ = try await convert(other, exact, to: "\(scratch.path)/back")
    let back = try updates(at: "\(scratch.path)/back", base: source.base)
    #expect(try distance(source.updates, back) < 1e-6)
  }

  @Test(arguments: [KohyaFormat.name, DiffusersFormat.name, MLXFormat.name])
  func `what a family cannot say is refused`(format: String) async throws {
    let type = try #require(AdapterFormats.all.first { $0.name == format })
    for name in [
      "lora-embedding", "lora-modules-to-save", "lora-layer-replication",
      "qwen3moe-target-parameters",
    ] {
      let outcome = try await Reducer(source(name), exact, jobs: 1).reduced()
      #expect(throws: AdapterFormatError.self, "\(name)") {
        _ = try type.contents(of: outcome.adapter, prefix: "x")
      }
    }
  }
}
