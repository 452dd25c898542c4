import Checkpoints
import Testing

/// Random blocks of every type read as `gguf.quants` reads them, bit for bit.
@Suite("Blocks of ggml's types") struct BlockTests {
  static let names = (try? ContainerFixtures.store("blocks.safetensors"))?.tensors.map(\.name) ?? []

  @Test func `every type of blocks but one that no file holds is there`() {
    let types = DataType.allCases.filter { $0.isOfBlocks && $0 != .q8K }
    #expect(Self.names == types.map(\.rawValue).sorted())
  }

  @Test(arguments: names) func `blocks are read as by the reference`(name: String) throws {
    let stored = try ContainerFixtures.store("blocks.gguf")
    let expected = try ContainerFixtures.store("blocks.safetensors").doubles(of: name)
    #expect(stored[name]?.dataType.rawValue == name)
    let values = try stored.doubles(of: name)
    #expect(values.map(\.bitPattern) == expected.map(\.bitPattern))
  }

  @Test(arguments: names) func `a part of a block is a part of its elements`(name: String) throws {
    let stored = try ContainerFixtures.store("blocks.gguf")
    let all = try stored.doubles(of: name)
    let tensor = try stored.description(of: name)
    for part in [0..<1, 5..<38, 31..<33, 3..<tensor.elementCount, 32..<32] {
      #expect(try stored.doubles(of: tensor, elements: part) == Array(all[part]))
    }
  }

  @Test func `the longest type multiplies whole bytes by one factor`() {
    let factor = Float(0.25).bitPattern
    let bytes =
      factor.bytes + (0..<256).map { UInt8(truncatingIfNeeded: $0) }
      + [UInt8](repeating: 9, count: 32)
    var values = [Double](repeating: 0, count: 256)
    unsafe bytes.withUnsafeBytes { source in
      unsafe values.withUnsafeMutableBufferPointer { unsafe DataType.q8K.decode(source, into: $0) }
    }
    #expect(values == (0..<256).map { Double(Int8(truncatingIfNeeded: $0)) / 4 })
  }

  @Test func `a header of safetensors cannot name a type of blocks`() throws {
    let folder = try TestFolder()
    let path = try folder.write(
      "a.safetensors",
      SafetensorsBytes.file([.init("a", "Q8_0", [32], [UInt8](repeating: 0, count: 34))]))
    #expect(throws: CheckpointError.unknownDataType(file: path, tensor: "a", name: "Q8_0")) {
      try TensorStore(file: path)
    }
  }
}
