import Documents

/// Which shard holds which tensor: `model.safetensors.index.json`, `pytorch_model.bin.index.json`, ….
///
///     {"metadata": {"total_size": 4096}, "weight_map": {"lm_head.weight": "model-00002-of-00002.safetensors"}}
///
/// The metadata is not read. A shard is a plain file name, of a file next to the index.
struct ShardIndex: Sendable {
  static let fileName = "model.safetensors.index.json"

  struct Shard: Sendable {
    let file: String
    let tensors: [String]
  }

  let path: String
  /// Sorted by file name.
  let shards: [Shard]
  /// The names of all tensors.
  let names: Set<String>

  init(file path: String) throws(CheckpointError) {
    let document = try JSONValue(file: path)
    guard let map = document["weight_map"], case .object(let members) = map else {
      throw .unexpectedValue(
        file: path, key: "weight_map", expected: "an object",
        found: document["weight_map"]?.kind ?? "missing")
    }
    var tensors: [String: [String]] = [:]
    for member in members {
      guard let shard = member.value.string else {
        throw .unexpectedValue(
          file: path, key: member.key, expected: "a file name", found: member.value.kind)
      }
      tensors[shard, default: []].append(member.key)
    }
    self.path = path
    names = Set(members.map(\.key))
    shards = tensors.sorted { $0.key < $1.key }.map { Shard(file: $0.key, tensors: $0.value) }
    if let shard = shards.first(where: { !Self.isBare($0.file) }) {
      throw .shardNameNotBare(index: path, shard: shard.file)
    }
  }

  /// Whether a name cannot lead out of the folder.
  static func isBare(_ name: String) -> Bool {
    let forbidden: Set<UInt8> = [UInt8(ascii: "/"), UInt8(ascii: "\\"), 0]
    return !name.isEmpty && name != "." && name != ".."
      && !name.utf8.contains(where: forbidden.contains)
  }
}
