import Checkpoints
import Documents
import Foundation

/// A reader under attack. A new one is a file here and a line in ``all``.
package protocol FuzzTarget: Sendable {
  /// The name for `run.sh`, and the folder of its findings in `Tests/Fuzz/corpus`.
  static var name: String { get }
  /// The names of files of the repository that inputs are made from.
  static var seeds: String { get }
  /// Reads an input. An error is right; a trap, a hang or a wrong result is a finding.
  static func read(_ input: [UInt8], in folder: FuzzFolder) throws
}

package enum FuzzTargets {
  package static let all: [any FuzzTarget.Type] = [
    AdapterConfigurationTarget.self, AdapterTensorsTarget.self, BasisCacheTarget.self,
    JournalTarget.self, JSONTarget.self, ModelConfigurationTarget.self, SafetensorsTarget.self,
    GGUFTarget.self, NumPyTarget.self, PickleTarget.self, PyTorchTarget.self,
    QuantizedModelTarget.self,
    ShardIndexTarget.self, StructuredAdapterTarget.self, StudyResultTarget.self,
    TensorBoardTarget.self,
    TextLogTarget.self, WandbTarget.self,
    TaskFileTarget.self, TokenizerTarget.self,
    TOMLTarget.self, TrainerStateTarget.self, TrainingArgumentsTarget.self,
  ]

  /// Lets a target read an input; what it throws is its way to refuse.
  package static func run(_ target: any FuzzTarget.Type, _ input: [UInt8], in folder: FuzzFolder) {
    try? target.read(input, in: folder)
  }
}

/// A folder in memory whose files are written anew for every input.
package struct FuzzFolder: Sendable {
  package let path: String

  /// - Parameter parent: A folder that exists; one that lies in memory is faster.
  package init(in parent: String) throws {
    path = "\(parent)/sigmascope-fuzz-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  package func remove() { try? FileManager.default.removeItem(atPath: path) }

  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let file = URL(fileURLWithPath: "\(path)/\(name)")
    if name.contains("/") {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    }
    try Data(bytes).write(to: file)
    return file.path
  }

  /// Writes a safetensors file: this header, and as many zeros as its offsets ask for, up to 64 kB.
  @discardableResult
  func write(_ name: String, header: [UInt8]) throws -> String {
    let entries = (try? JSONValue(parsing: header))?.members ?? []
    let ends = entries.compactMap { $0.value["data_offsets"]?.array?.last?.integer }
    let size = UInt64(header.count)
    return try write(
      name,
      (0..<8).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) } + header
        + [UInt8](repeating: 0, count: min(max(ends.max() ?? 0, 0), 1 << 16)))
  }

  /// Writes a file of weights and reads all its tensors.
  func readTensors(_ name: String, _ input: [UInt8]) throws {
    let store = try TensorStore(file: write(name, input))
    for tensor in store.tensors where tensor.dataType.isDecodable {
      _ = try store.doubles(of: tensor.name)
    }
    _ = try store.contentHash()
  }
}
