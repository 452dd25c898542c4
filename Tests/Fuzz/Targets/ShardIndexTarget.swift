import Checkpoints

/// An index of shards beside one shard.
enum ShardIndexTarget: FuzzTarget {
  static let name = "index"
  static let seeds = "model.safetensors.index.json"

  static func read(_ input: [UInt8], in folder: FuzzFolder) throws {
    try folder.write("model.safetensors.index.json", input)
    try folder.write(
      "model-00001-of-00002.safetensors",
      header: Array(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#.utf8))
    let store = try TensorStore(folder: folder.path)
    for tensor in store.tensors { _ = try store.doubles(of: tensor.name) }
  }
}
