/// Reads what a run logged from the saved states of its trainer.
enum RunHistory {
  /// The history of the last checkpoint that has one, which includes all earlier rows, and that of the
  /// run folder itself, unless it is of an earlier step.
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
