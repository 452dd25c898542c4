/// Finds the logs of a run: in its folder and below (`runs/…`, `logs`, `tensorboard`, `wandb/run-…`), but not in
/// checkpoints, in other runs or in reports of this program.
struct LogFiles {
  /// Paths by kind, in the order of ``LogReaders``.
  private(set) var files: [(reader: any LogReader.Type, paths: [String])]

  /// Why a folder was not searched.
  private(set) var faults: [(folder: String, error: CheckpointError)] = []

  private static let depthLimit = 4
  private static let folderLimit = 1_000
  private var seen: Set<FileSystem.Identity> = []

  init(ofRun folder: String) {
    files = LogReaders.all.map { ($0, []) }
    search(folder, depth: 0)
    if Self.isPlaceOfCheckpoints(folder) {
      // Lightning and NeMo keep checkpoints in a subfolder of their own, the logs beside it.
      search(FileSystem.parent(of: folder), depth: Self.depthLimit)
    }
    for index in files.indices {
      let reader = files[index].reader
      files[index].paths.sort { reader.order(of: $0) < reader.order(of: $1) }
    }
  }

  /// Whether a folder is only the place of a run's checkpoints.
  static func isPlaceOfCheckpoints(_ folder: String) -> Bool {
    ["checkpoints", "checkpoint", "ckpts", "ckpt"].contains(FileSystem.components(of: folder).last)
  }

  private mutating func search(_ folder: String, depth: Int) {
    do throws(CheckpointError) {
      try look(in: folder, depth: depth)
    } catch {
      faults.append((folder, error))
    }
  }

  private mutating func look(in folder: String, depth: Int) throws(CheckpointError) {
    guard seen.count < Self.folderLimit, let identity = try FileSystem.identity(of: folder),
      seen.insert(identity).inserted
    else { return }
    let names = try FileSystem.names(in: folder)
    // What lies beside the marker is a report, whose tables are no log.
    if names.contains(".sigmascope") { return }
    for index in files.indices {
      files[index].paths += names.filter { files[index].reader.recognises($0) }.map {
        FileSystem.join(folder, $0)
      }
      .filter(FileSystem.isFile)
    }
    guard depth < Self.depthLimit else { return }
    for name in names where !name.hasPrefix(".") && StepName(folder: name) == nil {
      let path = FileSystem.join(folder, name)
      if try FileSystem.isFolder(path), try !holdsRun(path) { search(path, depth: depth + 1) }
    }
  }

  private func holdsRun(_ folder: String) throws(CheckpointError) -> Bool {
    try FileSystem.names(in: folder).contains { StepName(folder: $0) != nil }
  }
}
