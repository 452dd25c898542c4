/// Why a run cannot be analysed as it stands.
public enum ExperimentError: Error, Equatable {
  /// The base that a run names is not on this machine.
  case baseNotFound(run: String, name: String, reason: String)
  /// No module is left after selecting.
  case nothingSelected(option: String, pattern: String, available: [String])
  /// Two runs have the same name and cannot be told apart in a table.
  case duplicateRun(name: String, paths: [String])
}

extension ExperimentError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .baseNotFound(let run, let name, let reason):
      "run '\(run)' says its base is '\(name)', which is not here (\(reason)); give it with --base"
    case .nothingSelected(let option, let pattern, let available):
      "\(option) '\(pattern)' matches nothing; there is "
        + available.prefix(6).map { "'\($0)'" }.joined(separator: ", ")
        + (available.count > 6 ? " and \(available.count - 6) more" : "")
    case .duplicateRun(let name, let paths):
      "the runs \(paths.map { "'\($0)'" }.joined(separator: " and ")) are both named '\(name)'; "
        + "rename one of the folders"
    }
  }
}
