/// The run of a checkpoint that was given alone: the folder above it, if that is a run with a checkpoint of this name.
///
/// What `run.json`, the trainer's settings and the log there say is then true of the checkpoint.
struct OwningRun {
  let folder: String
  /// The same, as who gave the checkpoint would write it.
  private let givenFolder: String
  /// What `run.json` says; empty if there is none.
  private(set) var record = RunRecord()
  /// What could not be read.
  private(set) var notes: [String] = []
  private let entries: StepEntries

  /// - Parameter checkpoint: The path of a folder.
  /// - Returns: Nil if the folder is not the checkpoint of a run by its name.
  init?(of checkpoint: String) throws(CheckpointError) {
    let components = FileSystem.components(of: checkpoint)
    guard let name = components.last,
      (StepName(folder: name) ?? StepName(number: name)) != nil
    else { return nil }
    folder = "/" + components.dropLast().joined(separator: "/")
    givenFolder =
      FileSystem.lastComponent(of: checkpoint) == name
      ? FileSystem.tidied(FileSystem.parent(of: checkpoint)) : folder
    // A folder whose contents nobody may list does not make its checkpoints unreadable.
    guard let entries = try? StepEntries(in: folder),
      entries.entries.contains(where: { $0.name == name })
    else { return nil }
    self.entries = entries
    do {
      record = try RunRecord(folder: folder)
    } catch {
      notes.append("\(RunRecord.fileName) of its run is left out: \(error)")
    }
    // A relative path is meant from the run.
    if let base = record.base, !base.hasPrefix("/"),
      try FileSystem.isFolder(FileSystem.join(folder, base))
    {
      record.base = FileSystem.join(folder, base)
    }
  }

  /// Whether its checkpoints are named by steps, as its log counts.
  var countsSteps: Bool { entries.unit == .steps }

  /// That the run went on, and how to judge what came of the checkpoint; nil if it did not.
  /// - Parameter logged: The last step of its log.
  func note(ofCheckpointAt step: Int, logged: Int?) -> String? {
    let last = max(logged ?? 0, entries.entries.compactMap(step(of:)).max() ?? 0)
    guard last > step else { return nil }
    return "its run goes on to step \(last): give '\(givenFolder)' to see what came of it"
  }

  /// The checkpoints with weights that lie before one of them, ascending, one a step.
  func checkpoints(before last: Int) -> [Checkpoint] {
    var seen = Set<Int>()
    return entries.entries.compactMap { entry in
      guard let (path, contents) = try? CheckpointFolder.find(in: entry.path),
        let step = step(of: entry), step < last, seen.insert(step).inserted
      else { return nil }
      return Checkpoint(step: step, path: path, contents: contents)
    }.sorted { $0.step < $1.step }
  }

  private func step(of entry: StepEntries.Entry) -> Int? {
    countsSteps ? entry.step : entry.savedStep
  }
}
