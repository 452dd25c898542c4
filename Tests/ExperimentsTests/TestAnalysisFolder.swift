import Checkpoints
import Foundation

/// A model and adapters of one small module.
final class TestAnalysisFolder: Sendable {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("sigmascope-bases-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  /// - Parameter factor: What the numbers of the model are multiplied by.
  func model(_ name: String, times factor: Double = 1) throws {
    try write(
      name, "model.safetensors", ["q.weight": [4, 6]], "config.json", #"{"model_type": "llama"}"#,
      times: factor)
  }

  /// A card as `merge` writes it.
  func card(_ name: String) throws {
    try Data("---\nbase_model: \"x\"\ntags:\n- merge\n- sigmascope\n---\n# merged\n".utf8)
      .write(to: URL(fileURLWithPath: "\(path(name))/README.md"))
  }

  func adapter(_ name: String, base: String) throws {
    try write(
      name, "adapter_model.safetensors",
      ["base_model.model.q.lora_A.weight": [2, 6], "base_model.model.q.lora_B.weight": [4, 2]],
      "adapter_config.json",
      "{\"peft_type\": \"LORA\", \"r\": 2, \"lora_alpha\": 2, \"base_model_name_or_path\": \"\(base)\"}"
    )
  }

  private func write(
    _ name: String, _ file: String, _ shapes: [String: [Int]], _ configuration: String,
    _ text: String, times factor: Double = 1
  ) throws {
    try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: true)
    try SafetensorsWriter.write(
      shapes.sorted { $0.key < $1.key }.map { key, shape in
        SafetensorsWriter.Entry(
          name: key, shape: shape,
          values: (0..<shape.reduce(1, *)).map { factor * (Double($0 * $0 % 7) - 2.5) })
      }, to: "\(path(name))/\(file)")
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path(name))/\(configuration)"))
  }
}
