import Checkpoints
import Testing

@Suite("Headers of GGUF files") struct GGUFHeaderTests {
  private func refusal(_ file: GGUFBytes) throws -> String {
    let folder = try TestFolder()
    let path = try folder.write("a.gguf", file.bytes)
    let error = #expect(throws: CheckpointError.self) { try TensorStore(file: path) }
    return error?.description ?? ""
  }

  private let tensor = GGUFBytes.Tensor("a", floats: [1, 2])

  @Test func `the name of the file does not matter`() throws {
    let folder = try TestFolder()
    let path = try folder.write("weights.bin", GGUFBytes(tensors: [tensor]).bytes)
    #expect(try TensorStore(file: path).doubles(of: "a") == [1, 2])
  }

  @Test func `dimensions are listed fastest first`() throws {
    let folder = try TestFolder()
    let file = GGUFBytes(tensors: [.init("a", [2, 3], [UInt8](repeating: 0, count: 24))])
    let store = try TensorStore(file: folder.write("a", file.bytes))
    #expect(store["a"]?.shape == [3, 2])
  }

  @Test func `texts and arrays of the metadata are read or stepped over`() throws {
    let folder = try TestFolder()
    let file = GGUFBytes(
      metadata: [
        ("general.name", .text("Small")), ("tokens", .texts(["a", "", "bc"])),
        ("general.alignment", .integer(32)),
      ], tensors: [tensor])
    let store = try TensorStore(file: folder.write("a", file.bytes))
    #expect(store.metadata["general.name"] == "Small")
    #expect(try store.doubles(of: "a") == [1, 2])
  }

  @Test func `an architecture that is not known keeps its names, and says so`() throws {
    let folder = try TestFolder()
    let file = GGUFBytes(
      metadata: [("general.architecture", .text("novel"))],
      tensors: [.init("blk.0.attn_q.weight", floats: [1])])
    let store = try TensorStore(file: folder.write("a.gguf", file.bytes))
    #expect(store.tensors.map(\.name) == ["blk.0.attn_q.weight"])
    #expect(
      store.notes == ["the names of the GGUF file are kept, because those of 'novel' are not known"]
    )
  }

  @Test func `a tensor that is not known keeps its name, and is said`() throws {
    let folder = try TestFolder()
    let file = GGUFBytes(
      metadata: [("general.architecture", .text("qwen2"))],
      tensors: [.init("token_embd.weight", floats: [1]), .init("blk.0.novel.weight", floats: [1])])
    let store = try TensorStore(file: folder.write("a.gguf", file.bytes))
    #expect(store.tensors.map(\.name) == ["blk.0.novel.weight", "model.embed_tokens.weight"])
    #expect(store.notes.count == 1 && store.notes[0].hasSuffix("is known: blk.0.novel.weight"))
  }

  @Test func `RoBERTa's positions are not taken for BERT's`() throws {
    let folder = try TestFolder()
    let file = GGUFBytes(
      metadata: [("general.architecture", .text("bert")), ("tokenizer.ggml.model", .text("t5"))],
      tensors: [.init("position_embd.weight", floats: [1])])
    let store = try TensorStore(file: folder.write("a.gguf", file.bytes))
    #expect(store.tensors.map(\.name) == ["position_embd.weight"])
  }

  @Test func `factors of an adapter have PEFT's names and the model's rows`() throws {
    let folder = try TestFolder()
    let rows = (0..<4).flatMap { Float($0).bitPattern.bytes }
    let file = GGUFBytes(
      metadata: [
        ("general.architecture", .text("llama")), ("llama.attention.head_count", .integer(1)),
      ],
      tensors: [
        .init("blk.0.attn_q.weight.lora_a", [3, 1], [UInt8](repeating: 0, count: 12)),
        .init("blk.0.attn_q.weight.lora_b", [1, 4], rows),
      ])
    let store = try TensorStore(file: folder.write("a.gguf", file.bytes))
    let module = "model.layers.0.self_attn.q_proj"
    #expect(store.tensors.map(\.name) == ["\(module).lora_A.weight", "\(module).lora_B.weight"])
    #expect(store.tensors.map(\.shape) == [[1, 3], [4, 1]])
    #expect(try store.doubles(of: "\(module).lora_B.weight") == [0, 2, 1, 3])
  }

  @Test func `a GGUF adapter of another kind than LoRA is refused`() throws {
    let folder = try TestFolder()
    let file = GGUFBytes(
      metadata: [
        ("general.architecture", .text("qwen2")), ("general.type", .text("adapter")),
        ("adapter.type", .text("control")),
      ],
      tensors: [.init("blk.0.attn_q.weight", floats: [1])])
    let path = try folder.write("a.gguf", file.bytes)
    let error = #expect(throws: CheckpointError.self) { try AdapterFolder(path: path) }
    #expect("\(try #require(error))".contains("a GGUF adapter of control is not read"))
  }

  @Test func `a model in two parts is one`() throws {
    let folder = try TestFolder()
    let first = GGUFBytes(
      metadata: [("general.architecture", .text("qwen2")), ("split.count", .integer(2))],
      tensors: [.init("token_embd.weight", floats: [1])])
    let second = GGUFBytes(
      metadata: [("split.count", .integer(2))], tensors: [.init("output.weight", floats: [2])])
    try folder.write("m-00001-of-00002.gguf", first.bytes)
    let error = #expect(throws: CheckpointError.self) { try TensorStore(folder: folder.path) }
    #expect(
      error == .numberedShardMissing(folder: folder.path, shard: "m-00002-of-00002.gguf"))
    try folder.write("m-00002-of-00002.gguf", second.bytes)
    for store in [
      try TensorStore(folder: folder.path),
      try TensorStore(file: folder.path + "/m-00001-of-00002.gguf"),
    ] {
      #expect(store.tensors.map(\.name) == ["lm_head.weight", "model.embed_tokens.weight"])
    }
  }

  // MARK: What is refused

  @Test(arguments: [
    (1, "version 1 is not read"), (4, "version 4 is not read"),
    (UInt32(3).byteSwapped, "big-endian"),
  ])
  func `other versions are refused`(version: UInt32, reason: String) throws {
    #expect(try refusal(GGUFBytes(version: version, tensors: [tensor])).contains(reason))
  }

  @Test(arguments: [
    ([4_294_967_296, 4_294_967_296], "too large to count"), ([33], "ends at byte"),
    ([1, 1, 1, 1, 1], "has 5 dimensions"), ([UInt64.max], "has a dimension of"),
  ])
  func `dimensions are checked`(dimensions: [UInt64], reason: String) throws {
    let file = GGUFBytes(tensors: [.init("a", dimensions, [UInt8](repeating: 0, count: 8))])
    #expect(try refusal(file).contains(reason))
  }

  @Test func `a type that ggml has withdrawn is refused by its number`() throws {
    let file = GGUFBytes(tensors: [.init("a", [32], type: 4, [UInt8](repeating: 0, count: 32))])
    #expect(try refusal(file).contains("tensor 'a' is of ggml's type 4, which is not read"))
  }

  @Test func `rows fill their blocks`() throws {
    let file = GGUFBytes(tensors: [.init("a", [48], type: 8, [UInt8](repeating: 0, count: 51))])
    #expect(
      try refusal(file).contains("rows of 'a' hold 48 elements, which do not fill blocks of 32"))
  }

  @Test func `tensors do not overlap and have names of their own`() throws {
    let other = GGUFBytes.Tensor("b", floats: [3, 4])
    #expect(
      try refusal(GGUFBytes(tensors: [tensor, other], offsets: [1: 4])).contains("inside another"))
    #expect(
      try refusal(GGUFBytes(tensors: [tensor, tensor])).contains("two tensors have the name 'a'"))
    #expect(
      try refusal(GGUFBytes(tensors: [tensor], offsets: [0: UInt64.max >> 1])).contains(
        "ends at byte")
        || refusal(GGUFBytes(tensors: [tensor], offsets: [0: .max])).contains("has the offset"))
  }

  @Test func `heads that do not divide the rows are refused`() throws {
    let file = GGUFBytes(
      metadata: [
        ("general.architecture", .text("llama")), ("llama.attention.head_count", .integer(3)),
      ], tensors: [.init("blk.0.attn_q.weight", floats: [1, 2, 3, 4])])
    #expect(try refusal(file).contains("the 4 rows of 'blk.0.attn_q.weight' do not divide"))
    let without = GGUFBytes(
      metadata: [("general.architecture", .text("llama"))], tensors: file.tensors)
    #expect(try refusal(without).contains("'llama.attention.head_count' is no number of heads"))
  }

  @Test func `no damage ends the process`() throws {
    let folder = try TestFolder()
    var generator = TestGenerator(seed: 11)
    for name in ["gguf/llama.gguf", "gguf/qwen2moe.gguf", "gguf/gpt2.gguf", "blocks.gguf"] {
      let whole = try ContainerFixtures.bytes(name)
      for _ in 0..<400 {
        var bytes = whole
        for _ in 0..<Int.random(in: 1...4, using: &generator) { generator.damage(&bytes) }
        let path = try folder.write("a.gguf", bytes)
        // The file may be read or refused.
        do {
          let store = try TensorStore(file: path)
          for tensor in store.tensors { _ = try store.doubles(of: tensor.name) }
        } catch {}
      }
    }
  }
}
