import Documents

/// The checkpoints of a run, found by the names in its folder.
struct StepEntries {
  struct Entry {
    let step: Int
    let name: String
    let path: String

    /// The step that the trainer saved in the folder; nil if it saved none.
    var savedStep: Int? {
      (try? TrainerState(file: FileSystem.join(path, TrainerState.fileName)))?.globalStep
    }
  }

  /// By step, ascending, then by name.
  private(set) var entries: [Entry] = []
  private(set) var unit = StepName.Unit.steps
  /// What was left out, and how names were understood where that is not plain.
  private(set) var notes: [String] = []

  init(in folder: String) throws(CheckpointError) {
    let folders = try FileSystem.folders(in: folder)
    let weightsLie = { (name: String) in
      (try? CheckpointFolder.find(in: FileSystem.join(folder, name))) != nil
    }
    var found = folders.compactMap { name in StepName(folder: name).map { (name, $0) } }
    found.removeAll { $1.isShared && !weightsLie($0) }
    if found.isEmpty { found = try Self.files(in: folder) }
    if found.isEmpty {
      let numbers = folders.compactMap { name in StepName(number: name).map { (name, $0) } }
      if numbers.count > 1, numbers.count == folders.count,
        numbers.contains(where: { weightsLie($0.0) })
      {
        found = numbers
        notes.append(
          "\(folders.joinedShortly) are taken for steps of one run: give the path of one to have it alone"
        )
      }
    }
    let counts = Dictionary(grouping: found, by: \.1.unit).mapValues(\.count)
    if counts[.epochs, default: 0] > counts[.steps, default: 0] { unit = .epochs }
    let others = found.filter { $0.1.unit != unit }
    if !others.isEmpty {
      notes.append(
        "not read: \(others.map(\.0).joinedShortly) (counted in \(others[0].1.unit.rawValue), the others in "
          + "\(unit.rawValue))")
    }
    entries = found.filter { $0.1.unit == unit }.map { name, step in
      Entry(step: step.number, name: name, path: FileSystem.join(folder, name))
    }.sorted { ($0.step, $0.name) < ($1.step, $1.name) }
  }

  /// Checkpoints that are files. mlx-lm's last one has no number; its configuration says how many steps there were.
  private static func files(in folder: String) throws(CheckpointError) -> [(String, StepName)] {
    let names = try FileSystem.names(in: folder)
    var found = names.compactMap { name in StepName(file: name).map { (name, $0) } }
    let configuration = FileSystem.join(folder, AdapterFolder.configurationName)
    if !found.isEmpty, names.contains(AdapterFolder.mlxWeightsName),
      let steps = try? JSONValue(file: configuration)["iters"]?.integer,
      let last = StepName(number: "\(steps)"), !found.contains(where: { $0.1.number >= steps })
    {
      found.append((AdapterFolder.mlxWeightsName, last))
    }
    return found
  }
}

extension StepEntries {
  /// Whether a folder is one of the checkpoints, or a note says why it is none.
  func knows(_ name: String) -> Bool {
    entries.contains { $0.name == name } || StepName(folder: name).map { $0.unit != unit } ?? false
  }
}

extension [String] {
  /// The first names and how many more there are, for a note of one line.
  package var joinedShortly: String {
    prefix(5).joined(separator: ", ") + (count > 5 ? " and \(count - 5) more" : "")
  }
}
