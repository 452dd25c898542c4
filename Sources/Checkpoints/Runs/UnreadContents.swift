/// What lies beside the weights of a checkpoint and was not read.
enum UnreadContents {
  /// Files of these names hold no weights of the model, or those that were read once more: states of optimisers,
  /// schedules, generators and data, and shards of training frameworks.
  private static let harmless = [
    "optim", "scheduler", "lr_scheduler", "rng", "random_state", "training_args", "training_state",
    "trainer_state",
    "scaler", "scalar", "sampler", "data", "extra_state", "recipe_state", "tokenizer",
    "model_world_size",
    "zero_pp_rank", "mp_rank", "global_step", "custom_checkpoint", "pytorch_model_fsdp",
    "learner_state",
  ]

  private static let endings = [".safetensors", ".bin", ".pt", ".pth", ".ckpt", ".npz"]

  /// One line for a checkpoint; nil if nothing was passed over.
  /// - Parameters:
  ///   - folder: The folder of the step.
  ///   - read: The folder whose weights are read: the same, or one below.
  static func note(
    in folder: String, read: String, as contents: Checkpoint.Contents
  ) throws(CheckpointError) -> String? {
    var found: [String] = []
    for place in folder == read ? [folder] : [folder, read] {
      for name in try FileSystem.names(in: place) where !name.hasPrefix(".") {
        let path = FileSystem.join(place, name)
        guard let kind = try kind(of: name, at: path, read: read, as: contents) else { continue }
        let shown = path.dropFirst(folder.count).drop { $0 == "/" }
        found.append("\(shown) (\(kind))")
      }
    }
    return found.isEmpty ? nil : "not read: \(found.joinedShortly)"
  }

  /// One line for what lies beside the checkpoints of a run: folders with weights, and numbered ones with a framework's
  /// shards; nil if there are none.
  static func note(
    besideStepsOf run: String, _ steps: StepEntries
  ) throws(CheckpointError) -> String? {
    var found: [String] = []
    for name in try FileSystem.folders(in: run) where !steps.knows(name) {
      let path = FileSystem.join(run, name)
      if (try? CheckpointFolder.find(in: path)) != nil {
        found.append("\(name) (weights)")
      } else if name.contains(where: \.isNumber), let format = try? ForeignFormat(inFolder: path) {
        found.append("\(name) (\(format.summary))")
      }
    }
    return found.isEmpty ? nil : "not read: \(found.joinedShortly)"
  }

  /// What is at the path, if it is worth a word.
  private static func kind(
    of name: String, at path: String, read: String, as contents: Checkpoint.Contents
  ) throws(CheckpointError) -> String? {
    if try FileSystem.isFolder(path) {
      // The way to what is read, and checkpoints that are read or left out on their own account.
      if (read + "/").hasPrefix(path + "/") || StepName(folder: name) != nil { return nil }
      switch try CheckpointFolder.contents(of: path) {
      case .adapter: return "an adapter"
      case .model: return "weights"
      case nil: return nil
      }
    }
    // The weights of a step that lies deeper are its own.
    guard FileSystem.parent(of: path) == read else {
      return isOfWeights(name) && FileSystem.isFile(path) ? "weights" : nil
    }
    switch contents {
    case .adapter:
      if AdapterFolder.namesInFolders.contains(name) || StepName(file: name) != nil { return nil }
    case .model:
      if name == AdapterFolder.configurationName {
        return "the configuration of an adapter without its weights"
      }
      // The same weights in another format.
      if WeightFiles.isUsual(name) { return nil }
    }
    return isOfWeights(name) && FileSystem.isFile(path) ? "weights" : nil
  }

  private static func isOfWeights(_ name: String) -> Bool {
    endings.contains(where: name.hasSuffix) && !harmless.contains(where: name.hasPrefix)
  }
}
