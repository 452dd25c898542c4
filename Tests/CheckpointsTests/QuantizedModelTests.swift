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
      let values = try (found: weight.doubles(), right: expected.doubles(of: tensor.name))
      // FP4 has two zeros: some kernels of bitsandbytes give them one sign, some two.
      let zero = name.hasPrefix("bnb-fp4") ? 0.0 : -0.0
      #expect(bits(values.found.map { $0 + zero }) == bits(values.right.map { $0 + zero }))
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

  // MARK: Parts that do not fit

  /// A part of a fixture that is left out or replaced, and what is wrong then.
  struct Damage: Sendable, CustomTestStringConvertible {
    let model: String
    let part: String
    let replacement: SafetensorsBytes.Tensor?
    let fault: String

    init(_ model: String, _ part: String, _ type: String, _ shape: [Int], _ fault: String) {
      self.model = model
      self.part = part
      self.fault = fault
      let bytes = shape.reduce(type == "U8" ? 1 : type == "I64" ? 8 : type == "F16" ? 2 : 4, *)
      // The largest numbers: indices far beyond everything.
      replacement = .init(part, type, shape, [UInt8](repeating: 0x7F, count: bytes))
    }

    init(_ model: String, without part: String) {
      self.model = model
      self.part = part
      replacement = nil
      fault = "is missing"
    }

    var testDescription: String { "\(model), \(part) \(fault)" }
  }

  static let damages = [
    Damage("bnb-nf4", without: "up_proj.weight.absmax"),
    Damage("bnb-nf4", without: "up_proj.weight.quant_map"),
    Damage("bnb-nf4", "up_proj.weight.absmax", "F32", [7], "has shape 7, expected 15"),
    Damage("bnb-nf4", "up_proj.weight", "U8", [9, 1], "holds 9 bytes"),
    Damage(
      "bnb-nf4", "up_proj.weight.quant_state.bitsandbytes__nf4", "U8", [5],
      "is not a short JSON document"),
    Damage("bnb-nf4-nested", without: "up_proj.weight.nested_absmax"),
    Damage("bnb-int8", "up_proj.SCB", "F32", [23], "has shape 23, expected 24"),
    Damage("bnb-int8", "up_proj.weight_format", "U8", [], "names an order of elements"),
    Damage("gptq-4", without: "up_proj.qzeros"),
    Damage("gptq-4", without: "up_proj.scales"),
    Damage("gptq-4", "up_proj.g_idx", "I32", [95], "has shape 95, expected 96"),
    Damage("gptq-4-order", "up_proj.g_idx", "I32", [96], "names groups beyond the 3"),
    Damage("gptq-4-order", "up_proj.g_idx", "I64", [96], "names groups beyond the 3"),
    Damage("gptq-3", "up_proj.qweight", "I32", [10, 32], "has no whole number"),
    Damage("awq", "up_proj.scales", "F16", [7, 40], "do not divide"),
    Damage("awq", "up_proj.qzeros", "I32", [3, 4], "has shape 3×4, expected 3×5"),
    Damage(
      "mxfp4", "model.layers.0.mlp.experts.gate_up_proj_scales", "U8", [3, 20, 3],
      "has shape 3×20×3, expected 3×20×2"),
    Damage("ct-int4-group", without: "up_proj.weight_shape"),
    Damage("ct-int4-group", "up_proj.weight_shape", "I64", [2], "holds no shape"),
    Damage("ct-int4-zeros", "up_proj.weight_zero_point", "I32", [3, 5], "has shape 3×5"),
  ]

  @Test(arguments: damages)
  func `parts that are missing or do not fit are refused by name`(damage: Damage) throws {
    let folder = try TestFolder()
    let source = URL(fileURLWithPath: "\(Self.folder)/\(damage.model)")
    let store = try TensorStore(file: source.path + "/model.safetensors")
    var tensors: [SafetensorsBytes.Tensor] = []
    for tensor in store.tensors where tensor.name != damage.part {
      tensors.append(
        .init(
          tensor.name, tensor.dataType.rawValue, tensor.shape,
          try store.bytes(of: tensor, range: 0..<tensor.byteCount)))
    }
    tensors += damage.replacement.map { [$0] } ?? []
    try folder.write("model.safetensors", SafetensorsBytes.file(tensors))
    let configuration = try Data(contentsOf: source.appendingPathComponent("config.json"))
    try folder.write("config.json", [UInt8](configuration))
    let error = #expect(throws: CheckpointError.self) {
      for weight in try ModelFolder(path: folder.path).parameters { _ = try weight.doubles() }
    }
    guard case .quantizedTensor(damage.part, let fault, _) = error else {
      Issue.record("found \(String(describing: error))")
      return
    }
    #expect(fault.contains(damage.fault))
  }

  @Test func `a weight that is stored both quantised and plain is refused`() throws {
    let folder = try TestFolder()
    let store = try TensorStore(file: "\(Self.folder)/awq/model.safetensors")
    let parts = try store.tensors.map { tensor in
      SafetensorsBytes.Tensor(
        tensor.name, tensor.dataType.rawValue, tensor.shape,
        try store.bytes(of: tensor, range: 0..<tensor.byteCount))
    }
    let path = try folder.write(
      "model.safetensors", SafetensorsBytes.file(parts + [.init("up_proj.weight", [40, 96])]))
    let error = #expect(throws: CheckpointError.self) { try ModelFolder(path: path) }
    #expect(error?.description.contains("'up_proj.weight' is stored twice") == true)
  }

  @Test(arguments: names)
  func `no damage to a quantised model ends the process`(name: String) throws {
    let folder = try TestFolder()
    let source = URL(fileURLWithPath: "\(Self.folder)/\(name)")
    let weights = [UInt8](
      try Data(contentsOf: source.appendingPathComponent("model.safetensors")))
    let configuration = [UInt8](
      try Data(contentsOf: source.appendingPathComponent("config.json")))
    let header = weights[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    var generator = TestGenerator(seed: 3)
    for round in 0..<200 {
      var (damaged, settings) = (weights, configuration)
      switch round % 3 {
      case 0:
        // A digit of a shape or an offset, so that the header often stays a header.
        let digits = (8..<8 + header).filter { (0x30...0x39).contains(weights[$0]) }
        for _ in 0..<2 {
          damaged[digits.randomElement(using: &generator) ?? 8] = UInt8.random(
            in: 0x30...0x39, using: &generator)
        }
      case 1: damaged[Int.random(in: 8 + header..<weights.count, using: &generator)] ^= 0xFF
      default: generator.damage(&settings)
      }
      try folder.write("model.safetensors", damaged)
      try folder.write("config.json", settings)
      do throws(CheckpointError) {
        for weight in try ModelFolder(path: folder.path).parameters { _ = try weight.doubles() }
      } catch {
        #expect(!error.description.isEmpty)
      }
    }
  }
}
