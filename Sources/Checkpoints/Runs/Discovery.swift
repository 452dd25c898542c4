import Documents

/// Finds out what a path is: a checkpoint, a run, or a folder of runs.
///
///     FILE.safetensors, .gguf, .bin, …      a run of one checkpoint
///     FOLDER/adapter_config.json            a run of one checkpoint
///     FOLDER/model.safetensors              a run of one checkpoint
///     RUN/checkpoint-N/                     a run; other trainers' names are epoch_N, step_N, iter_N, …
///     RUN/global_step_N/actor/lora_adapter  a run (verl; also actor/huggingface, lora_adapter)
///     FOLDER/…/RUN/...                      several runs
public enum Discovery {
  /// The runs at several paths, in their order, each named by the shortest end of its path that tells it from the others.
  /// - Throws: What ``runs(at:)-(String)`` throws for one of the paths.
  public static func runs(at paths: [String]) throws(CheckpointError) -> [Run] {
    var runs: [Run] = []
    for path in paths { runs += try self.runs(at: path) }
    return runs.namedApart()
  }

  /// The runs at those of the paths where a run has begun: paths at which nothing is yet, or no whole checkpoint, are passed
  /// over.
  package static func begunRuns(at paths: [String]) throws(CheckpointError) -> [Run] {
    var runs: [Run] = []
    for path in paths {
      do {
        runs += try self.runs(at: path)
      } catch .notFound, .nothingReadable, .noReadableCheckpoint {
        continue
      }
    }
    return runs.namedApart()
  }

  /// The runs at a path, sorted by their paths.
  ///
  /// A checkpoint that is incomplete, because it is still being written or is damaged, is left out of its run, and folders
  /// that hold no checkpoint are passed over; notes in the runs say so.
  /// - Throws: ``CheckpointError/nothingReadable(path:lookedFor:)`` or
  ///   ``CheckpointError/noReadableCheckpoint(path:count:reason:)`` if nothing is left; for a single
  ///   checkpoint, the error that was found in it.
  public static func runs(at path: String) throws(CheckpointError) -> [Run] {
    let path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    switch FileSystem.kind(of: path) {
    case nil: throw .notFound(path: path)
    case .file: return [try run(ofFile: path)]
    case .unknown:
      // A folder that the system does not tell of is no file.
      _ = try FileSystem.status(of: path)
      throw .unreadable(path: path, reason: "the system did not tell what it is; try again")
    case .other: throw .unreadable(path: path, reason: "neither a file nor a folder")
    case .folder: break
    }
    if let run = try run(ofFolder: path) { return [run] }
    return try RunSearch(below: path).result().namedApart()
  }

  /// The run in a folder that is one itself; nil if it is none. Folders below it are not searched.
  /// - Throws: What is wrong with its checkpoints.
  package static func onlyRun(inFolder path: String) throws(CheckpointError) -> Run? {
    try run(ofFolder: path)
  }

  /// Whether a file of this name makes its folder a checkpoint or a model.
  package static func isMarkOfCheckpoint(_ name: String) -> Bool {
    CheckpointFolder.marks.contains(name)
  }

  private static func run(ofFile path: String) throws(CheckpointError) -> Run {
    if let format = ForeignFormat(ofFile: path) {
      throw .unreadableFormat(path: path, format: format)
    }
    let folder = FileSystem.parent(of: path)
    let name = FileSystem.lastComponent(of: path)
    let isOfSeveral =
      name.hasSuffix(WeightFiles.indexEnding) || (NumberedName(name)?.count ?? 1) > 1
    if AdapterFolder.weightsNames.contains(name)
      || isOfSeveral && FileSystem.isFile(FileSystem.join(folder, "config.json"))
    {
      return try runOfOneCheckpoint(folder)
    }
    let opened = try CheckpointFolder.open(path, step: StepName(file: name)?.number ?? 0)
    var run = Run(
      name: name, path: path, checkpoints: [opened.checkpoint], baseName: opened.baseName)
    run.savedSteps = []
    return run
  }

  /// The run in a folder that contains checkpoints or is one itself; nil if it is neither.
  static func run(ofFolder path: String) throws(CheckpointError) -> Run? {
    let steps = try StepEntries(in: path)
    if try isCheckpoint(path, steps: steps) { return try runOfOneCheckpoint(path) }
    if steps.entries.isEmpty {
      // After nil, runs are looked for in the subfolders.
      guard let format = try ForeignFormat(inFolder: path) else { return nil }
      throw .unreadableFormat(path: path, format: format)
    }
    return try run(of: steps, at: path)
  }

  /// Whether the folder is a checkpoint itself. If it contains checkpoints it is a run, and weights next to them are
  /// those of the final save.
  private static func isCheckpoint(
    _ path: String, steps: StepEntries
  ) throws(CheckpointError) -> Bool {
    guard steps.entries.isEmpty else { return false }
    if StepName(folder: Run.name(ofFolder: path)) != nil { return true }
    guard let found = try? CheckpointFolder.find(in: path) else { return false }
    // Weights in a direct subfolder belong to a run with the subfolder's name.
    return FileSystem.parent(of: found.path) != path || found.path == path
  }

  private static func runOfOneCheckpoint(_ path: String) throws(CheckpointError) -> Run {
    let stateFile = FileSystem.join(path, TrainerState.fileName)
    let state = FileSystem.isFile(stateFile) ? try TrainerState(file: stateFile) : nil
    let name = Run.name(ofFolder: path)
    let step = state?.globalStep ?? StepName(folder: name)?.number ?? 0
    let opened = try CheckpointFolder.open(path, step: step)
    let owner = try OwningRun(of: path)
    let record = try RunRecord(folder: path).filled(from: owner?.record ?? RunRecord())
    // What its run logged up to its step is true of it too, if both count the same.
    let logger = owner.flatMap { state != nil || $0.countsSteps ? $0 : nil }
    let history = RunHistory(steps: logger == nil ? [] : [path], run: logger?.folder ?? path)
    let arguments = TrainingArguments.found(in: [path] + [owner?.folder].compactMap(\.self))
    var run = Run(
      name: name, path: path, checkpoints: [opened.checkpoint],
      history: logger == nil ? history.rows : history.rows.filter { $0.step <= step },
      baseName: record.base ?? opened.baseName, method: record.method,
      settings: record.settings.filled(from: arguments.settings),
      notes: (opened.note.map { [$0] } ?? []) + (owner?.notes ?? []) + history.notes
        + arguments.notes
        + [logger?.note(ofCheckpointAt: step, logged: history.rows.last?.step)].compactMap(\.self))
    run.baseHash = record.baseHash
    let earlier = owner?.checkpoints(before: step)
    run.savedSteps = earlier.map { $0.map(\.step) + [step] } ?? []
    run.firstCheckpoint = earlier?.first ?? opened.checkpoint
    return run
  }

  private static func run(of steps: StepEntries, at path: String) throws(CheckpointError) -> Run {
    var checkpoints: [Checkpoint] = []
    var notes = steps.notes
    var baseName: String?
    var last: CheckpointError?
    for entry in steps.entries {
      if checkpoints.last?.step == entry.step {
        notes.append("\(entry.name) is left out: another folder has its step")
        continue
      }
      do {
        let opened = try CheckpointFolder.open(entry.path, step: entry.step)
        checkpoints.append(opened.checkpoint)
        baseName = opened.baseName ?? baseName
        // Most often the same lies beside every checkpoint.
        if let note = opened.note, !notes.contains(note) { notes.append(note) }
      } catch {
        notes.append("\(entry.name) is left out: \(error)")
        last = error
      }
    }
    if checkpoints.isEmpty, let last {
      // A format that is not read is the same in every checkpoint, and its own error says how to convert it.
      if case .unreadableFormat = last { throw last }
      throw .noReadableCheckpoint(
        path: path, count: steps.entries.count, reason: last.description)
    }
    let history = RunHistory(steps: steps.entries.map(\.path), run: path)
    let record = try RunRecord(folder: path)
    // Of a run that was resumed, the last settings.
    let arguments = TrainingArguments.found(in: steps.entries.reversed().map(\.path) + [path])
    var run = Run(
      name: Run.name(ofFolder: path), path: path, checkpoints: checkpoints, history: history.rows,
      baseName: record.base ?? baseName, method: record.method,
      settings: record.settings.filled(from: arguments.settings),
      notes: notes + history.notes + arguments.notes
        + [try UnreadContents.note(besideStepsOf: path, steps)].compactMap(\.self))
    run.baseHash = record.baseHash
    return steps.unit == .epochs ? run.countedInSteps(steps) : run
  }
}

extension Run {
  /// A run whose checkpoints are named by epochs: their steps are those that the trainer saved. Where it saved none, they
  /// stay epochs, and what was logged, which counts steps, has no place beside them.
  fileprivate func countedInSteps(_ entries: StepEntries) -> Run {
    var saved: [Int: Int] = [:]
    for entry in entries.entries { saved[entry.step] = entry.savedStep }
    let counted = checkpoints.compactMap { checkpoint in
      saved[checkpoint.step].map {
        Checkpoint(step: $0, path: checkpoint.path, contents: checkpoint.contents)
      }
    }
    let isComplete =
      counted.count == checkpoints.count
      && zip(counted, counted.dropFirst()).allSatisfy { $0.step < $1.step }
    let note =
      isComplete
      ? "the folders are named by epochs; their steps are those in \(TrainerState.fileName)"
      : "the steps of this run are epochs"
        + (history.isEmpty ? "" : ", so that what was logged by optimiser steps is not used")
    var run = self
    if isComplete { run.checkpoints = counted } else { run.history = [] }
    run.firstCheckpoint = run.checkpoints.first
    run.savedSteps = run.checkpoints.map(\.step)
    run.notes = [note] + notes
    return run
  }
}
