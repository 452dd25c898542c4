import Checkpoints
import Updates

/// The header of an adapter's tensors; the first byte chooses the method.
enum AdapterTensorsTarget: FuzzTarget {
  static let name = "adapter-tensors"
  static let seeds = "adapter_model.safetensors"

  private static let types = [
    "LORA", "ADALORA", "IA3", "LN_TUNING", "MISS", "TRAINABLE_TOKENS", "VERA",
    "BEFT", "DELORA", "FOURIERFT", "GRALORA", "PVERA", "RANDLORA", "SHIRA", "SUPERTUNING",
    "TINYLORA",
    "UNILORA", "VBLORA", "WAVEFT",
  ]

  static func read(_ input: [UInt8], in folder: FuzzFolder) throws {
    guard let choice = input.first else { return }
    let type = types[Int(choice) % types.count]
    try folder.write(
      "adapter_config.json", Array(#"{"peft_type": "\#(type)", "r": 2, "lora_alpha": 4}"#.utf8))
    // A seed is a whole file: its header begins with the first brace.
    let header = input.dropFirst().drop { $0 != UInt8(ascii: "{") }
    let end = header.lastIndex(of: UInt8(ascii: "}")).map { header[...$0] } ?? header
    try folder.write("adapter_model.safetensors", header: Array(end))
    for module in try CheckpointUpdates(of: AdapterFolder(path: folder.path), base: nil).modules {
      _ = try module.update()
    }
  }
}
