import Checkpoints
import Foundation
import LinearAlgebra
import Testing
import Updates

/// Models and adapters on disk for one test. A class, so that they are removed with the last reference.
final class UpdatesWorkbench: Sendable {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("sigmascope-updates-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  typealias Tensors = KeyValuePairs<String, Matrix>

  /// Writes a model. A matrix with one row is written as a vector.
  func model(
    _ name: String, configuration: String = #"{"model_type": "llama"}"#, _ tensors: Tensors
  ) throws -> ModelFolder {
    try model(name, configuration: configuration, entries: Self.entries(tensors))
  }

  /// Writes a model of tensors of any shape.
  func model(
    _ name: String, configuration: String = #"{"model_type": "llama"}"#,
    entries: [SafetensorsWriter.Entry]
  ) throws -> ModelFolder {
    try write(name, "model.safetensors", entries)
    try text(name, "config.json", configuration)
    return try ModelFolder(path: path(name))
  }

  /// Writes an adapter; PEFT's prefix is added to its keys.
  func adapter(
    _ name: String, configuration: String = "", type: String = "LORA",
    prefix: String = "base_model.model.", _ tensors: Tensors
  ) throws -> AdapterFolder {
    let entries = Self.entries(tensors, prefix: prefix)
    try write(name, "adapter_model.safetensors", entries)
    let fields = configuration.isEmpty ? "" : ", \(configuration)"
    try text(name, "adapter_config.json", "{\"peft_type\": \"\(type)\"\(fields)}")
    return try AdapterFolder(path: path(name))
  }

  /// Writes a file of tensors as trainers do that save no configuration beside it, and returns its path.
  func file(
    _ name: String, _ tensors: [(String, [Int], [Double])], metadata: [String: String] = [:]
  ) throws -> String {
    try SafetensorsWriter.write(
      tensors.map { SafetensorsWriter.Entry(name: $0.0, shape: $0.1, values: $0.2) },
      metadata: metadata, to: path(name))
    return path(name)
  }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  static func entries(
    _ tensors: some Sequence<(key: String, value: Matrix)>, prefix: String = ""
  ) -> [SafetensorsWriter.Entry] {
    tensors.map { key, value in
      SafetensorsWriter.Entry(
        name: prefix + key,
        shape: value.rows == 1 ? [value.columns] : [value.rows, value.columns],
        values: value.values)
    }
  }

  private func write(
    _ name: String, _ file: String, _ entries: [SafetensorsWriter.Entry]
  ) throws {
    try FileManager.default.createDirectory(
      atPath: path(name), withIntermediateDirectories: true)
    try SafetensorsWriter.write(entries, to: "\(path(name))/\(file)")
  }

  private func text(_ name: String, _ file: String, _ text: String) throws {
    try Data(text.utf8).write(to: folder.appendingPathComponent("\(name)/\(file)"))
  }
}

extension SplitMix64 {
  mutating func matrix(_ rows: Int, _ columns: Int) -> Matrix {
    gaussianMatrix(rows: rows, columns: columns)
  }
}
