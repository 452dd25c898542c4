extension ForeignFormat {
  /// The format of a file, by its name or its first bytes; nil if it may be a safetensors file.
  init?(ofFile path: String) {
    let name = FileSystem.lastComponent(of: path)
    if name.hasSuffix(".gguf") {
      self = .gguf
    } else if name.hasPrefix("adapter_model.") && name.hasSuffix(".bin") {
      self = .pickledAdapter
    } else if name.hasSuffix(".distcp") {
      self = .distributedCheckpoint
    } else if [".bin", ".pt", ".pth", ".ckpt"].contains(where: name.hasSuffix) {
      self = .pickledModel
    } else if (try? OpenFile(path: path).bytes(at: 0, count: 4)) == Array("GGUF".utf8) {
      self = .gguf
    } else {
      return nil
    }
  }

  /// The format of the weights in a folder without readable weights; nil if none is recognised.
  init?(inFolder folder: String) throws(CheckpointError) {
    let names = try FileSystem.names(in: folder)
    guard let format = Self.recognise(names, in: folder) else { return nil }
    self = format
  }

  private static func recognise(_ names: [String], in folder: String) -> ForeignFormat? {
    let isVerl = { (name: String) in name.hasPrefix("model_world_size_") && name.hasSuffix(".pt") }
    if names.contains("adapter_model.bin") { return .pickledAdapter }
    if names.contains(where: isVerl) { return .verlShards }
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
    if names.contains(where: isModelPickle) { return .pickledModel }
    if names.contains(where: { $0.hasSuffix(".gguf") }) { return .gguf }
    // verl keeps the shards of the policy in the subfolder `actor`.
    let actor = FileSystem.join(folder, "actor")
    if names.contains("actor"), let inner = try? FileSystem.names(in: actor) {
      return recognise(inner.filter { $0 != "actor" }, in: actor)
    }
    return nil
  }

  /// Whether a file is a pickle of weights. Other pickles, such as those of the optimiser or the training
  /// arguments, are saved next to weights of any format.
  private static func isModelPickle(_ name: String) -> Bool {
    name.hasPrefix("pytorch_model") && name.hasSuffix(".bin")
      || name == "pytorch_model.bin.index.json" || name == "model.pt" || name == "model.pth"
      || name.hasPrefix("consolidated.") && name.hasSuffix(".pth")
  }
}
