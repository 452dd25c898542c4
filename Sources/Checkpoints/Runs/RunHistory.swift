/// What a run logged, from the state its trainer saved.
enum RunHistory {
  /// The history of the highest checkpoint that has one, which repeats all earlier rows, and the one
  /// the run folder itself holds, if that is not of an earlier step.
  /// - Parameter steps: The folders of the checkpoints, ascending.
  /// - Returns: The rows, and a note for each file that could not be read.
  static func read(steps: [String], run: String) -> (rows: [HistoryRow], notes: [String]) {
    var notes: [String] = []
    let saved = steps.reversed().lazy.compactMap { state(in: $0, notes: &notes) }.first
    let final = state(in: run, notes: &notes)
    var rows = saved?.history ?? []
    if let final, final.globalStep >= saved?.globalStep ?? 0 { rows += final.history }
    return (HistoryRow.merged(rows), notes)
  }

  private static func state(in folder: String, notes: inout [String]) -> TrainerState? {
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
