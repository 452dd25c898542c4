import Checkpoints
import Foundation
import Merging
import Testing

/// Merges beside those of PEFT, by checksums of each tensor (`Tests/Fixtures/make_merges.py`).
@Suite("Merges bit for bit") struct MergeGoldenTests {
  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures")

  private struct Golden: Decodable {
    struct Entry: Decodable {
      let base: String
      /// Checksums by the tensor's name, by type and way.
      let merges: [String: [String: UInt32]]
    }
    let adapters: [String: Entry]
  }

  private static let golden = Result {
    try JSONDecoder().decode(
      Golden.self, from: Data(contentsOf: fixtures.appendingPathComponent("merges.json")))
  }

  /// Adapters whose operations are known one by one: the bits are PEFT's in all three types.
  private static let exact = [
    "adalora", "beft", "dora", "dora-embedding", "gpt2-dora", "gpt2-hira", "gpt2-lora", "hira",
    "hira-embedding", "ia3", "ln-tuning", "lora", "lora-bias", "lora-bias-only-targets",
    "lora-embedding",
    "lora-exclude", "lora-layers", "lora-modules-to-save", "lora-patterns", "lora-rank-1",
    "lora-trainable-tokens", "olora-converted", "orthogonal", "pissa-converted",
    "pissa-rslora-converted", "qwen2-lora", "qwen2-lora-tied", "qwen2-modules-to-save-tied",
    "rslora", "shira", "velora", "vera", "waveft-direct",
  ]

  private static let types = ["F32": DataType.float32, "BF16": .bfloat16, "F16": .float16]

  @Test(arguments: exact, ["F32", "BF16", "F16"])
  func `merged weights have PEFT's bits`(adapter: String, type: String) async throws {
    let entry = try #require(Self.golden.get().adapters[adapter])
    let checksums = try #require(entry.merges["\(type) single"])
    let place = FileManager.default.temporaryDirectory
      .appendingPathComponent("sigmascope-merge-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: place) }
    let base = try ModelFolder(path: Self.fixtures.appendingPathComponent(entry.base).path)
    let plan = try MergePlan(
      base: base,
      adapter: MergeInput(path: Self.fixtures.appendingPathComponent("adapters/\(adapter)").path),
      type: Self.types[type])
    let work = try PartialWork(for: place.path, fingerprint: "test", resuming: false)
    _ = try await work.publishing {
      try await ModelMerge(plan, rounding: .nearest).write(into: work, jobs: 1) { _ in "" }
    }
    let store = try TensorStore(folder: place.path)
    for (name, checksum) in checksums where store[name] != nil {
      let tensor = try store.description(of: name)
      let bytes = try store.bytes(of: tensor, range: 0..<tensor.byteCount)
      #expect(Checksum.crc32(bytes) == checksum, "\(name)")
    }
    #expect(checksums.keys.contains { store[$0] != nil })
  }
}

/// The CRC-32 of zlib and Ethernet.
enum Checksum {
  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in
      value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1
    }
  }

  static func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { table[Int(($0 ^ UInt32($1)) & 0xff)] ^ ($0 >> 8) }
  }
}
