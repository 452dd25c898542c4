import Checkpoints

extension AnalysisPlan {
  /// What a reader of results should know of their runs: what was left out, how a base was found and what speaks against it,
  /// why weights are not known. A line each, with the name of the run; what holds for several runs is one line.
  package var notes: [String] {
    var lines: [String] = []
    var names: [String: [String]] = [:]
    for planned in runs {
      for line in planned.run.notes + planned.baseNotes + [planned.unread].compactMap(\.self) {
        if names[line] == nil { lines.append(line) }
        names[line, default: []].append(planned.run.name)
      }
    }
    return lines.map { "\((names[$0] ?? []).joinedShortly): \($0)" }
  }
}
