/// What a run logged: the saved states of its trainer, and what they lack from the other logs of the run.
struct RunHistory {
  /// One row for each step, ascending.
  private(set) var rows: [HistoryRow]
  /// What could not be read, and what was read beside the states.
  private(set) var notes: [String] = []

  /// - Parameters:
  ///   - steps: The folders of the checkpoints, ascending.
  ///   - run: The folder of the run.
  init(steps: [String], run: String) {
    rows = []
    rows = states(steps: steps, run: run)
    let states = rows.isEmpty ? [] : [TrainerState.fileName]
    var sources = states
    let logs = LogFiles(ofRun: run)
    for (folder, error) in logs.faults {
      notes.append(
        "what is logged in \(FileSystem.lastComponent(of: folder)) is left out: \(error)")
    }
    for (reader, paths) in logs.files where !paths.isEmpty {
      if add(read(reader, paths, in: run)) { sources.append(Self.name(of: paths, reader, in: run)) }
    }
    if sources != states {
      notes.append("what was logged is read from \(sources.joined(separator: ", then "))")
    }
  }

  /// Adds the columns that the sources before lack, each whole: two sources of one column may count steps differently,
  /// and two columns of one quantity are the same numbers.
  /// - Returns: Whether there were any.
  private mutating func add(_ source: [HistoryRow]) -> Bool {
    let known = Set(rows.flatMap(\.values.keys))
    let quantities = Set(known.compactMap(LoggedQuantity.init(column:)))
    let isNew = { (column: String) in
      !known.contains(column) && !(LoggedQuantity(column: column).map(quantities.contains) ?? false)
    }
    // Beside other sources, only what is known is worth a second look.
    let isWanted = { (column: String) in
      isNew(column)
        && (known.isEmpty || LoggedQuantity(column: column) != nil || column.hasPrefix("rewards/"))
    }
    let added = source.map {
      HistoryRow(step: $0.step, values: $0.values.filter { isWanted($0.key) })
    }
    .filter { !$0.values.isEmpty }
    if added.isEmpty { return false }
    rows = HistoryRow.merged(rows + added)
    return true
  }

  /// The rows of all files of one kind. Where a column goes back to an earlier step, in a file or from one to the next, the
  /// run was resumed there, and what the column held after that step is dropped.
  private mutating func read(
    _ reader: any LogReader.Type, _ paths: [String], in run: String
  ) -> [HistoryRow] {
    var files: [LoggedFile] = []
    let parts = Self.parts(of: paths)
    for (path, part) in zip(paths, parts) {
      var contents: LogContents
      do {
        contents = reader.read(try FileSystem.bytes(of: path, limit: Self.sizeLimit))
      } catch {
        notes.append("\(Self.name(of: [path], reader, in: run)) is left out: \(error)")
        continue
      }
      contents.nameCurve(ofFolder: FileSystem.lastComponent(of: FileSystem.parent(of: path)))
      let rows = contents.rows(of: part)
      if let fault = contents.fault {
        notes.append(
          "\(Self.name(of: [path], reader, in: run)) is read only as far as it is whole (\(rows.count) rows): "
            + fault)
      }
      if let unplaced = contents.unplaced {
        notes.append("not read: \(unplaced) in \(Self.name(of: [path], reader, in: run))")
      }
      files.append(LoggedFile(path: path, rows: rows, times: contents.times))
    }
    let contested = files.dropContested()
    if !contested.isEmpty {
      let names = contested.map { "'\($0)'" }.joined(separator: ", ")
      notes.append(
        "not read: \(names), which several folders of \(reader.name) logged at the same time")
    }
    return HistoryRow.merged(Self.withoutDeadBranches(files.flatMap(\.rows)))
  }

  /// The rows, in the order in which they were written, without what a resumed run wrote anew: of each column what is beyond
  /// a step that comes later in the log.
  private static func withoutDeadBranches(_ rows: [HistoryRow]) -> [HistoryRow] {
    var ahead: [String: Int] = [:]
    let kept = rows.reversed().map { row in
      let values = row.values.filter { row.step <= ahead[$0.key] ?? .max }
      for column in row.values.keys { ahead[column] = min(ahead[column] ?? .max, row.step) }
      return HistoryRow(step: row.step, values: values)
    }
    return kept.reversed()
  }

  /// What stands before the columns of each file: where training and evaluation log the same names into folders of
  /// their own (`logs/train`, `logs/val`), those of the evaluation are told apart. Nil for training.
  private static func parts(of paths: [String]) -> [String?] {
    let parts = paths.map {
      LogContents.partNames[FileSystem.lastComponent(of: FileSystem.parent(of: $0))]
    }
    // Without a file of the training it may as well be the name of an experiment.
    return parts.contains(nil) ? parts : parts.map { _ in nil }
  }

  /// No scalar needs more.
  private static let sizeLimit = 1 << 28

  /// The path below the run, or how many files of a kind there are.
  private static func name(of paths: [String], _ reader: any LogReader.Type, in run: String)
    -> String
  {
    if paths.count > 1 { return "\(paths.count) files of \(reader.name)" }
    return paths[0].hasPrefix(run)
      ? String(paths[0].dropFirst(run.count).drop { $0 == "/" }) : paths[0]
  }

  /// The history of the last checkpoint that has one, which includes all earlier rows, and that of the run folder itself,
  /// unless it is of an earlier step.
  private mutating func states(steps: [String], run: String) -> [HistoryRow] {
    var saved: TrainerState?
    for folder in steps.reversed() where saved == nil { saved = state(in: folder) }
    let final = state(in: run)
    var rows = saved?.history ?? []
    if let final, final.globalStep >= saved?.globalStep ?? 0 { rows += final.history }
    return HistoryRow.merged(rows)
  }

  private mutating func state(in folder: String) -> TrainerState? {
    let file = FileSystem.join(folder, TrainerState.fileName)
    guard FileSystem.isFile(file) else { return nil }
    do {
      return try TrainerState(file: file)
    } catch {
      notes.append("\(TrainerState.fileName) is left out: \(error)")
      return nil
    }
  }
}
