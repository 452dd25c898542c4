import Checkpoints
import Testing

/// The files of a folder that are a model.
@Suite("Weights of a folder") struct WeightFilesTests {
  private func tensor(_ name: String) -> [UInt8] { SafetensorsBytes.file([.init(name, [1])]) }

  @Test(arguments: [
    "pytorch_model.safetensors", "consolidated.safetensors", "diffusion_pytorch_model.safetensors",
    "diffusion_pytorch_model.fp16.safetensors", "pytorch_model.bin", "model.pt",
  ])
  func `weights have several usual names`(name: String) throws {
    let folder = try TestFolder()
    try folder.write(name, tensor("a"))
    #expect(try TensorStore(folder: folder.path).path == folder.path + "/" + name)
  }

  @Test(arguments: ["optimizer.pt", "training_args.bin", "rng_state.pth", "other.safetensors"])
  func `files of the training are no weights`(name: String) throws {
    let folder = try TestFolder()
    try folder.write(name, tensor("a"))
    #expect(throws: CheckpointError.self) { try TensorStore(folder: folder.path) }
  }

  @Test func `shards without an index are all read, or the missing one is named`() throws {
    let folder = try TestFolder()
    try folder.write("model-00001-of-00002.safetensors", tensor("a"))
    let missing = CheckpointError.numberedShardMissing(
      folder: folder.path, shard: "model-00002-of-00002.safetensors")
    #expect(throws: missing) { try TensorStore(folder: folder.path) }
    let last = try folder.write("model-00002-of-00002.safetensors", tensor("b"))
    #expect(try TensorStore(folder: folder.path).tensors.map(\.name) == ["a", "b"])
    #expect(try TensorStore(file: last).tensors.map(\.name) == ["a", "b"])
  }

  @Test func `one name in two shards is refused`() throws {
    let folder = try TestFolder()
    for i in 1...2 { try folder.write("model-0000\(i)-of-00002.safetensors", tensor("a")) }
    let error = #expect(throws: CheckpointError.self) { try TensorStore(folder: folder.path) }
    #expect(error?.description.contains("two tensors have the name 'a'") == true)
  }

  @Test(arguments: ["model.safetensors", "pytorch_model.bin"])
  func `the path of an index stands for the model`(name: String) throws {
    let folder = try TestFolder()
    try folder.write("x", tensor("a"))
    let index = try folder.write(name + ".index.json", text: #"{"weight_map":{"a":"x"}}"#)
    #expect(try TensorStore(file: index).tensors.map(\.name) == ["a"])
    #expect(try TensorStore(folder: folder.path).tensors.map(\.name) == ["a"])
  }

  @Test func `parallel parts of Llama's own files are no model`() throws {
    let folder = try TestFolder()
    for part in ["00", "01"] { try folder.write("consolidated.\(part).pth", tensor("a")) }
    #expect(throws: CheckpointError.self) { try TensorStore(folder: folder.path) }
  }

  @Test func `an adapter in an older file is read`() throws {
    let folder = try TestFolder()
    try folder.write("adapter_config.json", text: #"{"peft_type":"LORA"}"#)
    try folder.write("adapter_model.bin", ContainerFixtures.bytes("pytorch/module.pt"))
    let adapter = try AdapterFolder(path: folder.path)
    #expect(adapter.entries.contains { $0.name == "0.weight" })
    #expect(try Discovery.runs(at: folder.path)[0].checkpoints.map(\.contents) == [.adapter])
  }
}
