extension ForeignFormat {
  /// The format of a file, by its name; nil if it may hold whole tensors.
  init?(ofFile path: String) {
    let name = FileSystem.lastComponent(of: path)
    if name.hasSuffix(".distcp") {
      self = .distributedCheckpoint
    } else if Self.isOfVerl(name) {
      self = .verlShards
    } else {
      return nil
    }
  }

  private static func isOfVerl(_ name: String) -> Bool {
    name.hasPrefix("model_world_size_") && name.hasSuffix(".pt")
  }

  /// The format of the weights in a folder without readable weights; nil if none is recognised.
  init?(inFolder folder: String) throws(CheckpointError) {
    let names = try FileSystem.names(in: folder)
    guard let format = Self.recognise(names, in: folder) else { return nil }
    self = format
  }

  private static func recognise(_ names: [String], in folder: String) -> ForeignFormat? {
    if names.contains(where: isOfVerl) { return .verlShards }
    if names.contains(where: { $0.hasPrefix("pytorch_model_fsdp") }) { return .fsdpShards }
    if names.contains("zero_to_fp32.py")
      || names.contains(where: {
        $0.hasPrefix("global_step") && $0.dropFirst(11).allSatisfy(\.isNumber)
      })
    {
      return .deepSpeedShards
    }
    let isDistributed =
      names.contains { $0.hasSuffix(".distcp") } || names.contains("dist_ckpt")
    if isDistributed { return .distributedCheckpoint }
    // verl keeps the shards of the policy in the subfolder `actor`.
    let actor = FileSystem.join(folder, "actor")
    if names.contains("actor"), let inner = try? FileSystem.names(in: actor) {
      return recognise(inner.filter { $0 != "actor" }, in: actor)
    }
    return nil
  }
}
