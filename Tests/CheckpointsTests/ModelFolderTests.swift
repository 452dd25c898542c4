import Checkpoints
import Documents
import Testing

@Suite("Model folder") struct ModelFolderTests {
  private func model(
    configuration: String = "{}", _ tensors: [SafetensorsBytes.Tensor], in place: TestFolder? = nil
  ) throws -> (TestFolder, ModelFolder) {
    let folder = try place ?? TestFolder()
    try folder.write("config.json", text: configuration)
    try folder.write("model.safetensors", SafetensorsBytes.file(tensors))
    return (folder, try ModelFolder(path: folder.path))
  }

  @Test func `the configuration says type and origin`() throws {
    let (_, model) = try model(
      configuration: #"{"model_type":"qwen2","_name_or_path":"org/base","hidden_size":8}"#,
      [.init("a.weight", [1])])
    #expect(model.modelType == "qwen2")
    #expect(model.originName == "org/base")
    #expect(model.textConfiguration["hidden_size"]?.integer == 8)
    #expect(!model.tiedEmbeddings)
    #expect(model.storageType == .float32)
  }

  @Test func `a nested text configuration is found`() throws {
    let (_, model) = try model(
      configuration: #"{"text_config":{"hidden_size":4,"tie_word_embeddings":true}}"#,
      [.init("a.weight", [1])])
    #expect(model.textConfiguration["hidden_size"]?.integer == 4)
    #expect(model.tiedEmbeddings)
  }

  @Test func `a weight is found by its module and by its name`() throws {
    let (_, model) = try model([
      .init("up.weight", [2, 1], floats: [1, 2]), .init("up.bias", [2]),
    ])
    #expect(try model.weight(named: "up").doubles() == [1, 2])
    #expect(try model.weight(named: "up.weight").rows == 2)
    #expect(try model.weight(named: "up.bias").rows == 1)
    #expect(try model.weight(named: "up").storageType == .float32)
  }

  @Test func `a tied head is the input embedding`() throws {
    let (_, model) = try model(
      configuration: #"{"tie_word_embeddings":true}"#,
      [.init("model.embed_tokens.weight", [2, 2], floats: [1, 2, 3, 4])])
    #expect(try model.weight(named: "lm_head").name == "model.embed_tokens.weight")
    #expect(try model.weight(named: "lm_head.weight").doubles(rows: 1..<2) == [3, 4])
  }

  @Test func `a head that is not tied and not there is an error`() throws {
    let (folder, model) = try model([.init("model.embed_tokens.weight", [1])])
    #expect(
      throws: CheckpointError.tensorNotFound(
        name: "lm_head.weight", place: folder.path + "/model.safetensors", nearest: nil)
    ) { try model.weight(named: "lm_head") }
  }

  @Test func `a run and a file of an adapter are called so where a model is wanted`() throws {
    let folder = try TestFolder()
    let tensors = SafetensorsBytes.file([.init("base_model.model.q.lora_A.weight", [1])])
    let file = try folder.write("lora/checkpoint-2/adapter_model.safetensors", tensors)
    try folder.write(
      "lora/checkpoint-2/adapter_config.json",
      text: #"{"peft_type":"LORA","base_model_name_or_path":"org/base"}"#)
    let whole = SafetensorsBytes.file([.init("a.weight", [1])])
    for step in [1, 2] { try folder.write("full/checkpoint-\(step)/model.safetensors", whole) }
    let path = folder.path
    #expect(throws: CheckpointError.isRun(path: "\(path)/lora", checkpoint: nil, base: "org/base"))
    {
      try ModelFolder(path: "\(path)/lora")
    }
    #expect(
      throws: CheckpointError.isRun(
        path: "\(path)/full", checkpoint: "\(path)/full/checkpoint-2", base: nil)
    ) { try ModelFolder(path: "\(path)/full") }
    #expect(throws: CheckpointError.isAdapter(path: file, base: nil)) {
      try ModelFolder(path: file)
    }
  }

  @Test func `a single file serves without a configuration`() throws {
    let folder = try TestFolder()
    let path = try folder.write("merged.safetensors", SafetensorsBytes.file([.init("a", [1])]))
    let model = try ModelFolder(path: path)
    #expect(model.configuration == .object([]))
    #expect(model.hasWeight(named: "a"))
  }

  @Test func `a folder without a configuration is refused`() throws {
    let folder = try TestFolder()
    try folder.write("model.safetensors", SafetensorsBytes.file([]))
    #expect(
      throws: CheckpointError.configurationMissing(folder: folder.path, file: "config.json")
    ) { try ModelFolder(path: folder.path) }
  }

  @Test(arguments: [
    ("pytorch_model_fsdp_0/__0_0.distcp", ForeignFormat.fsdpShards),
    ("zero_to_fp32.py", .deepSpeedShards),
    ("__0_0.distcp", .distributedCheckpoint),
    ("actor/model_world_size_2_rank_0.pt", .verlShards),
  ])
  func `weights in a format that is not read are named`(
    file: String, format: ForeignFormat
  ) throws {
    let folder = try TestFolder()
    try folder.write("config.json", text: "{}")
    try folder.write(file, [0])
    #expect(throws: CheckpointError.unreadableFormat(path: folder.path, format: format)) {
      try ModelFolder(path: folder.path)
    }
  }

  // MARK: Quantised weights

  @Test(arguments: [
    "aqlm", "auto-round", "eetq", "higgs", "hqq", "quanto", "quark", "spqr", "torchao", "vptq",
  ])
  func `weights of a scheme that is not read are refused by its name`(method: String) throws {
    let folder = try TestFolder()
    try folder.write(
      "config.json", text: #"{"quantization_config":{"quant_method":"\#(method)"}}"#)
    try folder.write("model.safetensors", SafetensorsBytes.file([]))
    #expect(throws: CheckpointError.quantized(path: folder.path, method: method)) {
      try ModelFolder(path: folder.path)
    }
  }

  @Test(arguments: [
    ("q.weight.absmax", "bitsandbytes"), ("q.qzeros", "GPTQ or AWQ"),
    ("experts.gate_up_proj_blocks", "MXFP4"), ("q.W_q", "HQQ"),
  ])
  func `packed weights without their other parts are refused by the method of their keys`(
    key: String, method: String
  ) throws {
    let folder = try TestFolder()
    try folder.write("config.json", text: "{}")
    try folder.write("model.safetensors", SafetensorsBytes.file([.init(key, "U8", [1], [0])]))
    #expect(throws: CheckpointError.quantized(path: folder.path, method: method)) {
      try ModelFolder(path: folder.path)
    }
  }

  /// E4M3 patterns of 1, 2 and 4.
  private static let patterns: [UInt8] = [0x38, 0x40, 0x48]

  private func float8(
    _ shape: [Int], block: String, scales: [Int], scaleCount: Int, in folder: TestFolder? = nil
  ) throws -> (TestFolder, ModelFolder) {
    let count = shape.reduce(1, *)
    return try model(
      configuration: #"{"quantization_config":{"quant_method":"fp8"\#(block)}}"#,
      [
        .init("p.weight", "F8_E4M3", shape, (0..<count).map { Self.patterns[$0 % 3] }),
        .init("p.weight_scale_inv", scales, floats: (0..<scaleCount).map { Float($0 + 1) }),
      ], in: folder)
  }

  @Test func `each block of an 8-bit weight has its scale, ragged edges too`() throws {
    let (_, model) = try float8(
      [3, 5], block: #","weight_block_size":[2,2]"#, scales: [2, 3], scaleCount: 6)
    let expected = (0..<15).map { i in
      let scale = (i / 5 / 2) * 3 + (i % 5) / 2 + 1
      return [1.0, 2, 4][i % 3] * Double(scale)
    }
    let weight = try model.weight(named: "p")
    #expect(try weight.doubles() == expected)
    #expect(try weight.doubles(rows: 1..<3) == Array(expected[5...]))
    #expect(weight.parts.map(\.name) == ["p.weight", "p.weight_scale_inv"])
  }

  @Test func `a block is 128 by 128 where nothing else is said`() throws {
    let (_, model) = try float8([130, 129], block: "", scales: [2, 2], scaleCount: 4)
    let values = try model.weight(named: "p").doubles()
    let wrong = values.indices.filter { i in
      let (row, column) = (i / 129, i % 129)
      let scale = (row < 128 ? 0 : 2) + (column < 128 ? 0 : 1) + 1
      return values[i] != [1.0, 2, 4][i % 3] * Double(scale)
    }
    #expect(wrong.isEmpty)
  }

  @Test func `the blocks of stacked matrices begin anew in each`() throws {
    let (_, model) = try float8(
      [2, 1, 2], block: #","weight_block_size":[2,2]"#, scales: [2, 1, 1], scaleCount: 2)
    #expect(try model.weight(named: "p").doubles() == [1, 2, 8, 2])
  }

  @Test func `one scale serves the whole weight`() throws {
    let (_, model) = try float8([2, 2], block: "", scales: [], scaleCount: 1)
    #expect(try model.weight(named: "p").doubles() == [1, 2, 4, 1])
  }

  @Test func `scales of another shape are refused`() throws {
    let folder = try TestFolder()
    #expect(
      throws: CheckpointError.scaleMismatch(
        tensor: "p.weight", shape: [3, 5], block: [2, 2], scaleShape: [2, 2],
        file: folder.path + "/model.safetensors")
    ) {
      try float8(
        [3, 5], block: #","weight_block_size":[2,2]"#, scales: [2, 2], scaleCount: 4, in: folder)
    }
  }

  @Test func `an 8-bit weight without its scales is refused`() throws {
    let folder = try TestFolder()
    #expect(
      throws: CheckpointError.scaleMissing(
        tensor: "p.weight", file: folder.path + "/model.safetensors")
    ) {
      try model(
        configuration: #"{"quantization_config":{"quant_method":"fp8"}}"#,
        [.init("p.weight", "F8_E4M3", [1], [0x38])], in: folder)
    }
  }

  @Test(arguments: ["[0,1]", "[128]", #"[128,"x"]"#, "7"])
  func `a block size that is none is refused`(size: String) throws {
    let error = #expect(throws: CheckpointError.self) {
      try float8([1, 1], block: ",\"weight_block_size\":\(size)", scales: [1, 1], scaleCount: 1)
    }
    guard case .unexpectedValue(_, "weight_block_size", _, _) = error else {
      Issue.record("found \(String(describing: error))")
      return
    }
  }
}
