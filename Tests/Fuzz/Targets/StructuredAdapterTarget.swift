import Checkpoints
import Foundation
import Updates

/// The header of an adapter of an orthogonal or structured method, on a base; the first byte chooses the method, the
/// second one its options.
enum StructuredAdapterTarget: FuzzTarget {
  static let name = "structured-adapter"
  static let seeds = "adapter_model.safetensors"

  private static let types = [
    "LOHA", "LOKR", "OFT", "BOFT", "HRA", "HIRA", "GLORA", "DEFT", "PSOFT", "OSF", "ROAD", "C3A",
    "FROD", "PEANUT",
  ]
  private static let switches = [
    "use_cayley_neumann", "block_share", "coft", "apply_GS", "para", "psoft_orth", "fan_in_fan_out",
  ]
  // Opened once: its header is as long as that of the input.
  private static let base = Result {
    try ModelFolder(
      path: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Fixtures/base-minilm").standardized.path)
  }

  static func read(_ input: [UInt8], in folder: FuzzFolder) throws {
    guard input.count > 1 else { return }
    let type = types[Int(input[0]) % types.count]
    let options = switches.enumerated().map { #", "\#($1)": \#(input[1] >> $0 & 1 == 1)"# }
    try folder.write(
      "adapter_config.json",
      Array(#"{"peft_type": "\#(type)", "r": 2, "group_size": 2\#(options.joined())}"#.utf8))
    // A seed is a whole file: its header begins with the first brace.
    let header = input.dropFirst(2).drop { $0 != UInt8(ascii: "{") }
    let end = header.lastIndex(of: UInt8(ascii: "}")).map { header[...$0] } ?? header
    try folder.write("adapter_model.safetensors", header: Array(end))
    let updates = try CheckpointUpdates(
      of: AdapterFolder(path: folder.path), base: base.get())
    for module in updates.modules { _ = try module.update() }
    for vector in updates.vectors { _ = try vector.change() }
  }
}
