import Foundation
import Testing

/// A folder for one test. A class, so that the folder is removed with the last reference.
final class TestFolder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "sigmascope-test-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file, creates its folders, and returns its path.
  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let file = path + "/" + name
    try makeFolder(name.split(separator: "/").dropLast().joined(separator: "/"))
    // One test writes 2000 files, and both `Data.write(to:)` and truncating a file wait for the disk.
    unsafe unlink(file)
    let stream = unsafe try #require(unsafe fopen(file, "w"))
    let written = unsafe fwrite(bytes, 1, bytes.count, stream)
    let closed = unsafe fclose(stream)
    try #require(written == bytes.count && closed == 0)
    return file
  }

  @discardableResult
  func write(_ name: String, text: String) throws -> String {
    try write(name, Array(text.utf8))
  }

  @discardableResult
  func makeFolder(_ name: String) throws -> String {
    let folder = name.isEmpty ? path : path + "/" + name
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return folder
  }
}

extension TestFolder {
  /// An adapter with one tensor.
  func writeAdapter(_ place: String, base: String = "org/base") throws {
    try write(
      place + "/adapter_config.json",
      text: #"{"peft_type":"LORA","base_model_name_or_path":"\#(base)"}"#)
    try write(
      place + "/adapter_model.safetensors", SafetensorsBytes.file([.init("q.lora_A.weight", [1])]))
  }

  /// A model with one tensor.
  func writeModel(_ place: String) throws {
    try write(place + "/config.json", text: #"{"_name_or_path":"org/base"}"#)
    try write(place + "/model.safetensors", SafetensorsBytes.file([.init("q.weight", [1])]))
  }
}

/// A small generator of repeatable test data (SplitMix64).
struct TestGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Damages the bytes at random: changes, flips, removes or inserts a byte, or cuts off the end.
  mutating func damage(_ bytes: inout [UInt8]) {
    if bytes.isEmpty { return }
    let place = Int.random(in: 0..<bytes.count, using: &self)
    switch Int.random(in: 0..<5, using: &self) {
    case 0: bytes[place] = UInt8.random(in: 0...255, using: &self)
    case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
    case 2: bytes.remove(at: place)
    case 3: bytes.insert(UInt8.random(in: 0x20...0x7E, using: &self), at: place)
    default: bytes.removeSubrange(place...)
    }
  }
}
