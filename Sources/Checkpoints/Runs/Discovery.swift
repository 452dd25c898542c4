import Documents

/// Finds out what a path is: a checkpoint, a run, or a folder of runs.
///
///     FILE.safetensors, .gguf, .bin, …      a run of one checkpoint
///     FOLDER/adapter_config.json            a run of one checkpoint
///     FOLDER/model.safetensors              a run of one checkpoint
///     RUN/checkpoint-N/                     a run (Trainer, TRL, this program)
///     RUN/global_step_N/actor/lora_adapter  a run (verl; also actor/huggingface, lora_adapter)
///     FOLDER/RUN/...                        several runs
public enum Discovery {
  /// The runs at a path, sorted by name.
  ///
  /// A checkpoint that is incomplete, because it is still being written or is damaged, is left out of
  /// its run; a note in the run says so.
  /// - Throws: ``CheckpointError/nothingReadable(path:lookedFor:)`` or
  ///   ``CheckpointError/noReadableCheckpoint(path:count:reason:)`` if nothing is left; for a single
  ///   checkpoint, the error that was found in it.
  public static func runs(at path: String) throws(CheckpointError) -> [Run] {
    let path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    switch FileSystem.kind(of: path) {
    case nil: throw .notFound(path: path)
    case .file, .unknown: return [try run(ofFile: path)]
    case .other: throw .unreadable(path: path, reason: "neither a file nor a folder")
    case .folder: break
    }
    if let run = try run(ofFolder: path) { return [run] }
    return try runs(below: path)
  }

  /// Whether a file of this name makes its folder a checkpoint or a model.
  package static func isMarkOfCheckpoint(_ name: String) -> Bool {
    CheckpointFolder.lookedFor.contains(name)
  }

  /// The step in the name of a checkpoint's folder: `checkpoint-40`, `global_step_40`.
  static func step(ofFolder name: String) -> Int? {
    for prefix in ["checkpoint-", "global_step_"] where name.hasPrefix(prefix) {
      let digits = name.dropFirst(prefix.count)
      if !digits.isEmpty, digits.utf8.allSatisfy(\.isDigit) {
        return Int(digits).flatMap { HistoryRow.steps.contains($0) ? $0 : nil }
      }
    }
    return nil
  }

  private static func run(ofFile path: String) throws(CheckpointError) -> Run {
    if let format = ForeignFormat(ofFile: path) {
      throw .unreadableFormat(path: path, format: format)
    }
    let folder = FileSystem.parent(of: path)
    let name = FileSystem.lastComponent(of: path)
    let isOfAdapter = [AdapterFolder.weightsName, AdapterFolder.olderWeightsName].contains(name)
    let isOfSeveral =
      name.hasSuffix(WeightFiles.indexEnding) || (NumberedName(name)?.count ?? 1) > 1
    if isOfAdapter || isOfSeveral && FileSystem.isFile(FileSystem.join(folder, "config.json")) {
      return try runOfOneCheckpoint(folder)
    }
    if ForeignAdapter.configuration(of: try TensorStore(file: path)) != nil {
      let checkpoint = Checkpoint(step: 0, path: path, contents: .adapter)
      return Run(
        name: name, path: path, checkpoints: [checkpoint],
        baseName: try AdapterFolder(path: path).baseModelName)
    }
    let model = try ModelFolder(path: path)
    let checkpoint = Checkpoint(step: 0, path: path, contents: .model)
    return Run(name: name, path: path, checkpoints: [checkpoint], baseName: model.originName)
  }

  /// The run in a folder that contains checkpoints or is one itself; nil if it is neither.
  private static func run(ofFolder path: String) throws(CheckpointError) -> Run? {
    let steps = try FileSystem.folders(in: path).compactMap { name in
      step(ofFolder: name).map { StepFolder(step: $0, path: FileSystem.join(path, name)) }
    }
    if try isCheckpoint(path, steps: steps) { return try runOfOneCheckpoint(path) }
    if steps.isEmpty {
      // After nil, `runs(at:)` looks for runs in the subfolders.
      guard let format = try ForeignFormat(inFolder: path) else { return nil }
      throw .unreadableFormat(path: path, format: format)
    }
    return try run(of: steps.sorted { ($0.step, $0.path) < ($1.step, $1.path) }, at: path)
  }

  private struct StepFolder {
    let step: Int
    let path: String
  }

  /// Whether the folder is a checkpoint itself. If it contains checkpoints it is a run, and weights next to them are
  /// those of the final save.
  private static func isCheckpoint(
    _ path: String, steps: [StepFolder]
  ) throws(CheckpointError) -> Bool {
    guard steps.isEmpty else { return false }
    if step(ofFolder: FileSystem.lastComponent(of: path)) != nil { return true }
    guard let found = try? CheckpointFolder.find(in: path) else { return false }
    // Weights in a direct subfolder belong to a run with the subfolder's name.
    return FileSystem.parent(of: found.path) != path || found.path == path
  }

  private static func runOfOneCheckpoint(_ path: String) throws(CheckpointError) -> Run {
    let stateFile = FileSystem.join(path, TrainerState.fileName)
    let state = FileSystem.isFile(stateFile) ? try TrainerState(file: stateFile) : nil
    let name = FileSystem.lastComponent(of: path)
    let step = state?.globalStep ?? step(ofFolder: name) ?? 0
    let (checkpoint, baseName) = try CheckpointFolder.open(path, step: step)
    let record = try RunRecord(folder: path)
    return Run(
      name: name, path: path, checkpoints: [checkpoint], history: state?.history ?? [],
      baseName: record.base ?? baseName, seed: record.seed, method: record.method)
  }

  private static func run(
    of steps: [StepFolder], at path: String
  ) throws(CheckpointError) -> Run {
    var checkpoints: [Checkpoint] = []
    var notes: [String] = []
    var baseName: String?
    var last: CheckpointError?
    for folder in steps {
      if checkpoints.last?.step == folder.step {
        notes.append(
          "\(FileSystem.lastComponent(of: folder.path)) is left out: another folder has its step")
        continue
      }
      do {
        let (checkpoint, base) = try CheckpointFolder.open(folder.path, step: folder.step)
        checkpoints.append(checkpoint)
        baseName = base ?? baseName
      } catch {
        notes.append("\(FileSystem.lastComponent(of: folder.path)) is left out: \(error)")
        last = error
      }
    }
    if checkpoints.isEmpty, let last {
      // A format that is not read is the same in every checkpoint, and its own error says how to convert it.
      if case .unreadableFormat = last { throw last }
      throw .noReadableCheckpoint(path: path, count: steps.count, reason: last.description)
    }
    let (history, historyNotes) = RunHistory.read(steps: steps.map(\.path), run: path)
    let record = try RunRecord(folder: path)
    return Run(
      name: FileSystem.lastComponent(of: path), path: path, checkpoints: checkpoints,
      history: history, baseName: record.base ?? baseName, seed: record.seed,
      method: record.method, notes: notes + historyNotes)
  }

  private static func runs(below path: String) throws(CheckpointError) -> [Run] {
    var runs: [Run] = []
    var notes: [String] = []
    var last: CheckpointError?
    for name in try FileSystem.namesInOtherEncodings(in: path) {
      let error = CheckpointError.nameNotUTF8(path: FileSystem.join(path, name))
      notes.append("\(name) is left out: \(error)")
      last = error
    }
    for name in try FileSystem.folders(in: path) {
      do {
        if let run = try run(ofFolder: FileSystem.join(path, name)) { runs.append(run) }
      } catch {
        notes.append("\(name) is left out: \(error)")
        last = error
      }
    }
    if let first = runs.first {
      runs[0] = first.adding(notes: notes)
      return runs
    }
    if let last { throw last }
    throw .nothingReadable(
      path: path,
      lookedFor: CheckpointFolder.lookedFor + ["checkpoint-N", "global_step_N", "folders of these"])
  }
}
