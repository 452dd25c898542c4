import Checkpoints
import Documents
import Testing

@Suite("Adapter folder") struct AdapterFolderTests {
  private static let configuration =
    #"{"peft_type":"LORA","base_model_name_or_path":"org/base","rank_pattern":{"b":1,"a":2}}"#

  private func adapter(
    _ keys: [String], in place: String = "", configuration: String = configuration
  ) throws -> (TestFolder, AdapterFolder) {
    let folder = try TestFolder()
    try folder.write(place + "adapter_config.json", text: configuration)
    try folder.write(
      place + "adapter_model.safetensors", SafetensorsBytes.file(keys.map { .init($0, [1]) }))
    return (folder, try AdapterFolder(path: folder.path))
  }

  @Test func `the configuration says method and base`() throws {
    let (folder, adapter) = try adapter([])
    #expect(adapter.peftType == "LORA")
    #expect(adapter.baseModelName == "org/base")
    #expect(adapter.configuration["rank_pattern"]?.members.map(\.key) == ["b", "a"])
    #expect(adapter.path == folder.path)
  }

  @Test(arguments: [
    ("base_model.model.model.q.lora_A.weight", AdapterEntry.Prefix.module, "model.q.lora_A.weight"),
    ("base_model.model.q.lora_A.default.weight", .module, "q.lora_A.weight"),
    ("base_model.model.q.lora_E.default", .module, "q.lora_E"),
    ("base_model.model.q.lora_B.default.bias", .module, "q.lora_B.bias"),
    ("base_model.vera_A", .shared, "vera_A"),
    ("base_model.vera_A.default", .shared, "vera_A"),
    ("model.q.lora_A.weight", .none, "model.q.lora_A.weight"),
    ("base_model.model.default.q.lora_A.weight", .module, "default.q.lora_A.weight"),
  ])
  func `a key loses its prefix and the adapter's name`(
    key: String, prefix: AdapterEntry.Prefix, name: String
  ) throws {
    let entry = try #require(try adapter([key]).1.entries.first)
    #expect(entry.key == key)
    #expect(entry.prefix == prefix)
    #expect(entry.name == name)
    #expect(entry.tensor.name == key)
  }

  @Test func `two keys for one tensor are refused`() throws {
    let error = #expect(throws: CheckpointError.self) {
      try adapter(["base_model.model.q.lora_A.default.weight", "base_model.model.q.lora_A.weight"])
    }
    guard case .ambiguousAdapterKeys = error else {
      Issue.record("found \(String(describing: error))")
      return
    }
  }

  @Test func `a named adapter lies one folder down`() throws {
    let (folder, adapter) = try adapter(["q.lora_A.weight"], in: "policy/")
    #expect(adapter.path == folder.path + "/policy")
  }

  @Test func `several named adapters are listed`() throws {
    let folder = try TestFolder()
    try folder.write("a/adapter_config.json", text: Self.configuration)
    try folder.write("b/adapter_config.json", text: Self.configuration)
    #expect(throws: CheckpointError.severalAdapters(path: folder.path, names: ["a", "b"])) {
      try AdapterFolder(path: folder.path)
    }
  }

  @Test func `a method printed as an enumeration is read`() throws {
    let (_, adapter) = try adapter([], configuration: #"{"peft_type":"PeftType.LORA"}"#)
    #expect(adapter.peftType == "LORA")
    #expect(adapter.baseModelName == nil)
  }

  @Test func `a configuration without a method is refused`() throws {
    let folder = try TestFolder()
    let file = try folder.write("adapter_config.json", text: #"{"peft_type":null}"#)
    #expect(
      throws: CheckpointError.unexpectedValue(
        file: file, key: "peft_type", expected: "the name of a method", found: "null")
    ) { try AdapterFolder(path: folder.path) }
  }

  @Test func `a folder without a configuration is refused`() throws {
    let folder = try TestFolder()
    #expect(
      throws: CheckpointError.nothingReadable(
        path: folder.path, lookedFor: ["adapter_config.json"])
    ) { try AdapterFolder(path: folder.path) }
  }

  @Test
  func `an adapter of PEFT under another name has the configuration beside it, or is refused`()
    throws
  {
    let folder = try TestFolder()
    let named = try folder.write(
      "lora.safetensors", SafetensorsBytes.file([.init("base_model.model.q.lora_A.weight", [1])]))
    let bare = try folder.write(
      "bare.safetensors", SafetensorsBytes.file([.init("q.lora_A.weight", [1])]))
    // Other trainers say that the scale is 1; PEFT says it in the configuration.
    #expect(
      throws: CheckpointError.configurationMissing(folder: folder.path, file: "adapter_config.json")
    ) {
      try Discovery.runs(at: named)
    }
    try folder.write("adapter_config.json", text: #"{"peft_type":"LORA","r":1,"lora_alpha":16}"#)
    for file in [named, bare] {
      #expect(try Discovery.runs(at: file).first?.checkpoints.map(\.contents) == [.adapter])
      let adapter = try AdapterFolder(path: file)
      #expect(adapter.configuration["lora_alpha"]?.integer == 16)
      #expect(adapter.entries.count == 1)
    }
  }
}
