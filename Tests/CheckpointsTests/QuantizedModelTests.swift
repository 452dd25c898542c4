import Checkpoints
import Foundation
import Testing

/// Models that libraries quantised, each with the numbers that the library dequantises (`make_quantized.py`).
@Suite("Quantised models") struct QuantizedModelTests {
  private static let folder =
    URL(filePath: #filePath).deletingLastPathComponent().path
    + "/../Fixtures/quantized"

  static let names = [
    "awq", "bnb-fp4", "bnb-fp4-nested", "bnb-int8", "bnb-nf4", "bnb-nf4-nested", "bnb-nf4-odd",
    "ct-fp8-blocks", "ct-fp8-channel", "ct-fp8-tensor", "ct-int3-zeros", "ct-int4-channel",
    "ct-int4-group", "ct-int4-zeros", "ct-int8-channel", "ct-int8-pack", "ct-int8-zeros",
    "fp8-blocks", "fp8-blocks-bf16", "fp8-channel", "fp8-tensor", "gptq-2", "gptq-3", "gptq-4",
    "gptq-4-bf16", "gptq-4-order", "gptq-4-v2", "gptq-8", "mxfp4",
  ]

  private func model(_ name: String) throws -> (read: ModelFolder, expected: TensorStore) {
    let path = "\(Self.folder)/\(name)"
    return (
      try ModelFolder(path: path), try TensorStore(file: path + "/expected.safetensors")
    )
  }

  @Test(arguments: names)
  func `a quantised weight reads as the library dequantises it, bit for bit`(
    name: String
  ) throws {
    let (model, expected) = try model(name)
    #expect(model.parameters.map(\.name) == expected.tensors.map(\.name))
    for tensor in expected.tensors {
      let weight = try model.weight(named: tensor.name)
      #expect(weight.shape == tensor.shape)
      #expect(weight.storageType == tensor.dataType)
      #expect(try bits(weight.doubles()) == bits(expected.doubles(of: tensor.name)))
    }
  }

  @Test(arguments: names)
  func `any rows and columns of a quantised weight are those of the whole`(name: String) throws {
    let (model, _) = try model(name)
    var generator = TestGenerator(seed: 7)
    for weight in model.parameters where weight.shape.count > 1 {
      let whole = try weight.doubles()
      for _ in 0..<40 {
        let rows = Self.range(in: weight.rows, &generator)
        let columns = Self.range(in: weight.columns, &generator)
        let first = rows.lowerBound * weight.columns + columns.lowerBound
        let block = try read(
          weight, first: first, count: rows.count, length: columns.count, pitch: weight.columns)
        let expected = rows.flatMap { row in columns.map { whole[row * weight.columns + $0] } }
        #expect(bits(block) == bits(expected), "\(rows) \(columns)")
        // A run that begins and ends inside rows.
        let length = min(2 * weight.columns + 1, whole.count - first)
        let run = try read(weight, first: first, count: 1, length: length, pitch: 0)
        #expect(bits(run) == bits(Array(whole[first..<first + length])), "\(first) \(length)")
      }
    }
  }

  private static func range(in count: Int, _ generator: inout TestGenerator) -> Range<Int> {
    let first = Int.random(in: 0..<count, using: &generator)
    return first..<Int.random(in: first + 1...count, using: &generator)
  }

  private func read(
    _ weight: ModelWeight, first: Int, count: Int, length: Int, pitch: Int
  ) throws -> [Double] {
    let lines = ElementLines(first: first, count: count, length: length, pitch: pitch)
    var values = [Double](repeating: .nan, count: count * length)
    try unsafe values.withUnsafeMutableBufferPointer { buffer in
      try unsafe weight.read(lines: lines, into: buffer)
    }
    return values
  }

  private func bits(_ values: [Double]) -> [UInt64] { values.map(\.bitPattern) }
}
