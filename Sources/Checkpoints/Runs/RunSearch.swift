/// Looks for runs in the folders below a folder.
struct RunSearch {
  private let root: String
  private var runs: [Run] = []
  private var notes: [String] = []
  /// Folders in which nothing was found, by their path below the root.
  private var empty: [String] = []
  private var last: CheckpointError?
  private var seen: Set<FileSystem.Identity> = []
  private var isCutShort = false

  private static let depthLimit = 8
  private static let folderLimit = 20_000

  init(below root: String) throws(CheckpointError) {
    self.root = root
    if let identity = try FileSystem.identity(of: root) { seen.insert(identity) }
    _ = try search(root, depth: 0)
  }

  /// The runs, with notes of what was passed over in the first.
  /// - Throws: If there are none, the error of the last one that could not be read, else
  ///   ``CheckpointError/nothingReadable(path:lookedFor:)``.
  func result() throws(CheckpointError) -> [Run] {
    let (kept, bases) = runs.withoutBases
    var runs = kept
    guard let first = runs.first else {
      if let last { throw last }
      throw .nothingReadable(
        path: root,
        lookedFor: CheckpointFolder.lookedFor + [
          "checkpoint-N", "global_step_N", "folders of these",
        ])
    }
    var notes = notes
    if !bases.isEmpty {
      notes.append("not read as a run: \(bases.joinedShortly) (the base of others)")
    }
    if !empty.isEmpty {
      notes.append(
        "\(empty.count) folder\(empty.count == 1 ? " holds" : "s hold") no checkpoint: \(empty.joinedShortly)"
      )
    }
    if let note = runs.numberedNote { notes.append(note) }
    if isCutShort {
      notes.append(
        "not all folders were searched (\(Self.depthLimit) levels and \(Self.folderLimit) folders at most): give the "
          + "paths of the runs")
    }
    runs[0] = first.adding(notes: notes)
    return runs
  }

  /// - Returns: Whether something was found, even if it cannot be read.
  private mutating func search(_ folder: String, depth: Int) throws(CheckpointError) -> Bool {
    var hasFound = false
    var without: [String] = []
    for name in try FileSystem.namesInOtherEncodings(in: folder) {
      let error = CheckpointError.nameNotUTF8(path: FileSystem.join(folder, name))
      notes.append("\(below(FileSystem.join(folder, name))) is left out: \(error)")
      last = error
    }
    let paths = try FileSystem.folders(in: folder).map { FileSystem.join(folder, $0) }
    // A link to a folder comes after the folder, whose own name is the better one.
    for path in paths.filter({ !FileSystem.isLink($0) }) + paths.filter(FileSystem.isLink) {
      guard let identity = try FileSystem.identity(of: path), seen.insert(identity).inserted else {
        continue
      }
      if seen.count > Self.folderLimit {
        isCutShort = true
        break
      }
      if try visit(path, depth: depth + 1) {
        hasFound = true
      } else if !FileSystem.isFile(FileSystem.join(path, ".sigmascope")) {
        without.append(below(path))
      }
    }
    // Of a folder in which nothing is, its own name is enough.
    if hasFound { empty += without }
    return hasFound
  }

  private mutating func visit(_ path: String, depth: Int) throws(CheckpointError) -> Bool {
    do throws(CheckpointError) {
      if let run = try Discovery.run(ofFolder: path) {
        runs.append(run)
        return true
      }
      if depth == Self.depthLimit {
        if try !FileSystem.folders(in: path).isEmpty { isCutShort = true }
        return false
      }
      return try search(path, depth: depth)
    } catch {
      notes.append("\(below(path)) is left out: \(error)")
      last = error
      return true
    }
  }

  private func below(_ path: String) -> String {
    String(path.dropFirst(root.count).drop { $0 == "/" })
  }
}

extension [Run] {
  /// The runs without models that others of them name as their base, and the names of these.
  fileprivate var withoutBases: (runs: [Run], bases: [String]) {
    let named = Set(flatMap(\.namedBases))
    let isBase = { (run: Run) in
      run.checkpoints.count == 1 && run.checkpoints[0].contents == .model
        && (try? FileSystem.identity(of: run.path)).map(named.contains) ?? false
    }
    return (filter { !isBase($0) }, filter(isBase).map(\.name))
  }

  /// A word on runs whose names look like steps of one run, but are none that is known.
  fileprivate var numberedNote: String? {
    let single = filter { $0.checkpoints.count == 1 && $0.checkpoints[0].step == 0 }
    let groups = Dictionary(grouping: single) { run in
      FileSystem.parent(of: run.path) + "/" + run.name.lowercased().replacing(/[0-9]+/, with: "N")
    }
    let alike = groups.filter { stem, runs in
      runs.count > 1 && FileSystem.lastComponent(of: stem).contains(/N/)
        && FileSystem.lastComponent(of: stem).contains(/step|epoch|iter|ckpt|checkpoint|save/)
    }.values.flatMap(\.self).map(\.name).sorted()
    return alike.isEmpty
      ? nil
      : "\(alike.joinedShortly) are taken for runs of their own at step 0: name folders checkpoint-N if they are the "
        + "steps of one run"
  }
}

extension Run {
  /// What is at the places where the base may lie that the run names.
  fileprivate var namedBases: [FileSystem.Identity] {
    guard let baseName else { return [] }
    let last = checkpoints[checkpoints.count - 1].path
    let places =
      baseName.hasPrefix("/")
      ? [baseName]
      : [
        FileSystem.join(last, baseName), baseName, FileSystem.join(path, baseName),
      ]
    return places.compactMap { try? FileSystem.identity(of: $0) }
  }
}
