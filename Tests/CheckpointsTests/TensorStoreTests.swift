import Checkpoints
import Foundation
import Testing

@Suite("Tensor store") struct TensorStoreTests {
  private func store(_ tensors: [SafetensorsBytes.Tensor]) throws -> (TestFolder, TensorStore) {
    let folder = try TestFolder()
    let path = try folder.write("x.safetensors", SafetensorsBytes.file(tensors))
    return (folder, try TensorStore(file: path))
  }

  @Test func `tensors are listed by name`() throws {
    let (_, store) = try store([.init("b", [1]), .init("a", [1]), .init("a.b", [1])])
    #expect(store.tensors.map(\.name) == ["a", "a.b", "b"])
    #expect(store["a.b"]?.shape == [1])
    #expect(store["c"] == nil)
  }

  @Test func `the elements of a tensor are read in order`() throws {
    let (_, store) = try store([
      .init("x", "U8", [1], [9]), .init("a", [2, 2], floats: [1, -2, 3.5, 0]),
    ])
    #expect(try store.doubles(of: "a") == [1, -2, 3.5, 0])
    #expect(try store.doubles(of: "x") == [9])
  }

  @Test(arguments: 2...5)
  func `a header whose length begins like a pickle is one of safetensors`(version: Int) throws {
    let tensor = #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#
    let length = 0x80 + version << 8
    let header = tensor + String(repeating: " ", count: length - tensor.utf8.count - 1) + "}"
    let folder = try TestFolder()
    let path = try folder.write(
      "x.safetensors", SafetensorsBytes.file(header: header, data: Float(3).bitPattern.bytes))
    #expect(try TensorStore(file: path).doubles(of: "a") == [3])
  }

  @Test func `a range of elements is read alone`() throws {
    let (_, store) = try store([.init("a", [5], floats: [0, 1, 2, 3, 4])])
    let tensor = try store.description(of: "a")
    #expect(try store.doubles(of: tensor, elements: 2..<4) == [2, 3])
    #expect(try store.doubles(of: tensor, elements: 5..<5).isEmpty)
    #expect(try store.bytes(of: tensor, range: 4..<8) == Float(1).bitPattern.bytes)
  }

  @Test func `a tensor longer than the reader's piece is whole`() throws {
    let floats = (0..<200_001).map { Float($0) }
    let (_, store) = try store([.init("a", [200_001], floats: floats)])
    #expect(try store.doubles(of: "a") == floats.map(Double.init))
  }

  @Test func `a name that is absent is answered with the nearest`() throws {
    let (folder, store) = try store([.init("model.q_proj.weight", [1]), .init("model.norm", [1])])
    #expect(
      throws: CheckpointError.tensorNotFound(
        name: "model.q_prj.weight", place: folder.path + "/x.safetensors",
        nearest: "model.q_proj.weight")
    ) { try store.doubles(of: "model.q_prj.weight") }
  }

  @Test func `complex numbers are not read as doubles`() throws {
    let (folder, store) = try store([.init("a", "C64", [1], [UInt8](repeating: 0, count: 8))])
    #expect(
      throws: CheckpointError.notDecodable(
        tensor: "a", dataType: .complex64, file: folder.path + "/x.safetensors")
    ) { try store.doubles(of: "a") }
  }

  @Test func `a file that shrinks after it was opened is an error`() throws {
    let (folder, store) = try store([.init("a", [64])])
    let path = folder.path + "/x.safetensors"
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.truncate(atOffset: 100)
    try handle.close()
    #expect(throws: CheckpointError.changedWhileReading(file: path)) { try store.doubles(of: "a") }
  }

  @Test func `a file overwritten under its old date is an error`() throws {
    let folder = try TestFolder()
    let bytes = SafetensorsBytes.file([.init("a", [1], floats: [1])])
    let path = try folder.write("x.safetensors", bytes)
    let date = Date(timeIntervalSince1970: 1e9)
    try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
    let store = try TensorStore(file: path)
    // Dates are as fine as the ticks of the system's clock, which the opening and the writing must not share.
    usleep(20_000)
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.seek(toOffset: UInt64(bytes.count) - 1)
    try handle.write(contentsOf: [0x40])
    try handle.close()
    try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
    #expect(throws: CheckpointError.changedWhileReading(file: path)) { try store.doubles(of: "a") }
  }

  @Test func `a file replaced under its name is read from the old one`() throws {
    let (folder, store) = try store([.init("a", [1], floats: [1])])
    let path = folder.path + "/x.safetensors"
    let other = try folder.write("y", SafetensorsBytes.file([.init("a", [1], floats: [2])]))
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.moveItem(atPath: other, toPath: path)
    #expect(try store.doubles(of: "a") == [1])
  }

  @Test func `several tasks read one store at once`() async throws {
    let (folder, store) = try store([.init("a", [1000], floats: (0..<1000).map { Float($0) })])
    let sums = try await withThrowingTaskGroup(of: Double.self) { group in
      for _ in 0..<8 { group.addTask { try store.doubles(of: "a").reduce(0, +) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(sums == [Double](repeating: 499_500, count: 8))
    withExtendedLifetime(folder) {}
  }

  @Test func `a header of 5000 tensors is read`() throws {
    let tensors = (0..<5000).map { SafetensorsBytes.Tensor("layers.\($0).weight", "U8", [1], [1]) }
    let (_, store) = try store(tensors)
    #expect(store.tensors.count == 5000)
    #expect(try store.doubles(of: "layers.4999.weight") == [1])
  }
}

@Suite("Shards") struct ShardTests {
  private static let index = "model.safetensors.index.json"

  private func folder(
    map: String, shards: [String: [SafetensorsBytes.Tensor]]
  ) throws -> TestFolder {
    let folder = try TestFolder()
    try folder.write(Self.index, text: #"{"metadata":{"total_size":1},"weight_map":\#(map)}"#)
    for (name, tensors) in shards { try folder.write(name, SafetensorsBytes.file(tensors)) }
    return folder
  }

  @Test func `tensors are read from the shard the index names`() throws {
    let folder = try folder(
      map: #"{"a":"s1","b":"s2"}"#,
      shards: ["s1": [.init("a", [1], floats: [1])], "s2": [.init("b", [1], floats: [2])]])
    let store = try TensorStore(folder: folder.path)
    #expect(store.tensors.map(\.name) == ["a", "b"])
    #expect(try store.doubles(of: "b") == [2])
  }

  @Test func `a tensor the index does not name is reported and not read`() throws {
    let folder = try folder(
      map: #"{"a":"s1"}"#, shards: ["s1": [.init("a", [1]), .init("z", [1])]])
    let store = try TensorStore(folder: folder.path)
    #expect(store.unindexedTensors == ["z"])
    #expect(store["z"] == nil)
  }

  @Test(arguments: ["../s1", "/etc/s1", "sub/s1", "..", ""])
  func `a shard outside the folder is refused`(name: String) throws {
    let folder = try folder(map: "{\"a\":\"\(name)\"}", shards: [:])
    #expect(
      throws: CheckpointError.shardNameNotBare(index: folder.path + "/" + Self.index, shard: name)
    ) { try TensorStore(folder: folder.path) }
  }

  @Test func `a missing shard is named`() throws {
    let folder = try folder(map: #"{"a":"s1"}"#, shards: [:])
    #expect(
      throws: CheckpointError.shardMissing(index: folder.path + "/" + Self.index, shard: "s1")
    ) { try TensorStore(folder: folder.path) }
  }

  @Test func `a tensor missing in its shard is named`() throws {
    let folder = try folder(
      map: #"{"lm_head.weight":"s1"}"#, shards: ["s1": [.init("lm_heads.weight", [1])]])
    #expect(
      throws: CheckpointError.tensorMissingInShard(
        tensor: "lm_head.weight", shard: folder.path + "/s1", nearest: "lm_heads.weight")
    ) { try TensorStore(folder: folder.path) }
  }

  @Test func `a truncated shard is refused`() throws {
    let folder = try folder(map: #"{"a":"s1"}"#, shards: [:])
    try folder.write("s1", SafetensorsBytes.file([.init("a", [4])]).dropLast(5).map { $0 })
    #expect(
      throws: CheckpointError.dataTruncated(file: folder.path + "/s1", expected: 16, found: 11)
    ) { try TensorStore(folder: folder.path) }
  }

  @Test func `an index without a map is refused`() throws {
    let folder = try TestFolder()
    let path = try folder.write(Self.index, text: #"{"metadata":{}}"#)
    #expect(
      throws: CheckpointError.unexpectedValue(
        file: path, key: "weight_map", expected: "an object", found: "missing")
    ) { try TensorStore(folder: folder.path) }
  }
}
