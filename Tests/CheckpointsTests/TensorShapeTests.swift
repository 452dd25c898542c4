import Checkpoints
import Testing

/// Sizes are checked once, where they are read.
@Suite("Shapes of tensors") struct TensorShapeTests {
  private static let half = 1 << 62

  @Test(arguments: [
    [0, half, half], [half, 0, 4], [half, half], [4, half], [half], [0, half / 16],
  ])
  func `no product of dimensions overflows, in any order and beside a zero`(dimensions: [Int]) {
    #expect(throws: TensorShape.Fault.self) { try TensorShape(dimensions, of: .float32) }
  }

  @Test(arguments: [[1 << 40, 0], [0, 3_000_000, 4], [1 << 20, 2, 0]])
  func `a tensor without elements is not large`(dimensions: [Int]) {
    #expect(throws: TensorShape.Fault.emptyButLarge) { try TensorShape(dimensions, of: .float32) }
  }

  @Test(arguments: [[0], [0, 4096], [262_144, 0], [0, 4096, 3, 3], [0, 0]])
  func `a factor of rank 0 is a tensor`(dimensions: [Int]) throws {
    let shape = try TensorShape(dimensions, of: .bfloat16)
    #expect(shape.dimensions == dimensions)
    #expect(shape.elementCount == 0 && shape.byteCount == 0)
  }

  @Test func `elements and bytes are counted`() throws {
    #expect(try TensorShape([], of: .float64).byteCount == 8)
    #expect(try TensorShape([3, 5], of: .bfloat16).byteCount == 30)
    #expect(throws: TensorShape.Fault.partialByte) { try TensorShape([3], of: .float4) }
  }

  @Test(arguments: [
    ([0, half, half], "too large to count"), ([1 << 40, 0], "which holds no elements"),
  ])
  func `a header with such a shape is refused`(shape: [Int], reason: String) throws {
    let folder = try TestFolder()
    let header = #"{"a":{"dtype":"F32","shape":\#(shape),"data_offsets":[0,0]}}"#
    let size = UInt64(header.utf8.count)
    let bytes = (0..<8).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) } + Array(header.utf8)
    let path = try folder.write("a.safetensors", bytes)
    let error = #expect(throws: CheckpointError.self) { try SafetensorsHeader(file: path) }
    #expect(error?.description.contains(reason) == true)
  }
}
