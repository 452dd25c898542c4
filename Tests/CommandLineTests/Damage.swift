import Foundation
import Testing

/// Something that is wrong with what the program is given to read.
enum Damage: CaseIterable {
  case missingFolder, emptyFolder
  case headerBeyondFile, headerOver100MB, emptyFile
  case overlappingOffsets, reversedOffsets, offsetsBeyondFile
  case duplicateKey, shapeAgainstBytes, unknownDataType
  case truncatedShard, shardMissing
  case otherBase, otherShapes
  case alphaZero, alphaNaN, configurationNotJSON, configurationMissing
  case danglingLink, folderForFile

  /// What to give to the program, and what it should name.
  struct Case {
    let arguments: [String]
    let named: String
  }

  func make(in scratch: Scratch) throws -> Case {
    switch self {
    case .missingFolder:
      let path = scratch.path("absent")
      return Case(arguments: [path], named: path)
    case .emptyFolder:
      let path = scratch.path("empty")
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      return Case(arguments: [path], named: path)
    case .truncatedShard, .shardMissing: return try shardCase(in: scratch)
    case .otherBase, .otherShapes: return try baseCase(in: scratch)
    case .alphaZero, .alphaNaN, .configurationNotJSON, .configurationMissing:
      return try configurationCase(in: scratch)
    case .danglingLink, .folderForFile: return try fileKindCase(in: scratch)
    default:
      let path = try scratch.copyAdapter("lora")
      let name = "adapters/lora/adapter_model.safetensors"
      return Case(arguments: [path], named: try scratch.write(name, weights))
    }
  }

  /// The bytes of a safetensors file with this fault.
  private var weights: [UInt8] {
    typealias Tensors = HandWrittenTensors
    let a = Tensors.entry("a", shape: [2, 2], from: 0, to: 16)
    let sixteen = [UInt8](repeating: 0, count: 16)
    switch self {
    case .headerBeyondFile: return Tensors.file(headerLength: 4096, "{\(a)}", data: sixteen)
    case .headerOver100MB: return Tensors.file(headerLength: 100_000_001, "{\(a)}", data: sixteen)
    case .overlappingOffsets:
      let b = Tensors.entry("b", shape: [2, 2], from: 8, to: 24)
      return Tensors.file("{\(a),\(b)}", data: sixteen + sixteen.prefix(8))
    case .reversedOffsets:
      let b = Tensors.entry("b", shape: [2, 2], from: 32, to: 16)
      return Tensors.file("{\(a),\(b)}", data: sixteen + sixteen)
    case .offsetsBeyondFile:
      let b = Tensors.entry("b", shape: [2, 2], from: 16, to: 32)
      return Tensors.file("{\(a),\(b)}", data: sixteen)
    case .duplicateKey:
      let again = Tensors.entry("a", shape: [2, 2], from: 16, to: 32)
      return Tensors.file("{\(a),\(again)}", data: sixteen + sixteen)
    case .shapeAgainstBytes:
      return Tensors.file("{\(Tensors.entry("a", shape: [3, 2], from: 0, to: 16))}", data: sixteen)
    case .unknownDataType:
      let entry = Tensors.entry("a", type: "FP32", shape: [2, 2], from: 0, to: 16)
      return Tensors.file("{\(entry)}", data: sixteen)
    default: return []
    }
  }

  private func shardCase(in scratch: Scratch) throws -> Case {
    let adapter = try scratch.copyAdapter("lora")
    let base = try scratch.copy("base-minilm-sharded-bf16")
    let shard = "base-minilm-sharded-bf16/model-00002-of-00003.safetensors"
    let bytes = try Data(contentsOf: scratch.url(shard))
    if self == .truncatedShard {
      try scratch.write(shard, bytes.dropLast(100))
    } else {
      try scratch.remove(shard)
    }
    let index = scratch.path("base-minilm-sharded-bf16/model.safetensors.index.json")
    return Case(
      arguments: [adapter, "--base", base],
      named: self == .truncatedShard ? scratch.path(shard) : index)
  }

  private func baseCase(in scratch: Scratch) throws -> Case {
    let adapter = try scratch.copyAdapter("lora")
    guard self == .otherShapes else {
      return Case(arguments: [adapter, "--base", try scratch.copy("base-qwen2")], named: adapter)
    }
    let modules = ["attention.self.query", "intermediate.dense", "output.dense"]
    let base = [0, 1].flatMap { layer in
      modules.map { (name: "encoder.layer.\(layer).\($0).weight", shape: [5, 7], value: Float(1)) }
    }
    try scratch.write("other/model.safetensors", HandWrittenTensors.file(base))
    try scratch.write("other/config.json", text: #"{"model_type": "bert"}"#)
    return Case(arguments: [adapter, "--base", scratch.path("other")], named: adapter)
  }

  private func configurationCase(in scratch: Scratch) throws -> Case {
    let adapter = try scratch.copyAdapter("lora")
    let file = "adapters/lora/adapter_config.json"
    switch self {
    case .alphaZero:
      try scratch.edit(file, replacing: #""lora_alpha": 8"#, with: #""lora_alpha": 0"#)
    case .alphaNaN:
      try scratch.edit(file, replacing: #""lora_alpha": 8"#, with: #""lora_alpha": NaN"#)
    case .configurationMissing: try scratch.remove(file)
    default: try scratch.write(file, text: #"{"peft_type": "LORA", "r": }"#)
    }
    return Case(arguments: [adapter], named: adapter)
  }

  private func fileKindCase(in scratch: Scratch) throws -> Case {
    let adapter = try scratch.copyAdapter("lora")
    let file = scratch.path("adapters/lora/adapter_model.safetensors")
    try FileManager.default.removeItem(atPath: file)
    if self == .danglingLink {
      try FileManager.default.createSymbolicLink(
        atPath: file, withDestinationPath: scratch.path("nowhere"))
    } else {
      try FileManager.default.createDirectory(atPath: file, withIntermediateDirectories: false)
    }
    return Case(arguments: [adapter], named: adapter)
  }
}
