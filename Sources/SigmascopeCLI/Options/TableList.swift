import ArgumentParser
import Documents
import Reports

/// Tables of an analysis by name, separated by commas.
struct TableList {
  let names: Set<String>

  static let completion = CompletionKind.list(AnalysisTables.names)

  /// - Throws: `ValidationError` for an unknown name, with the nearest known one.
  init(argument: String) throws {
    let names = argument.split(separator: ",").map(String.init)
    if names.isEmpty { throw ValidationError("--tables names no table.") }
    for name in names where !AnalysisTables.names.contains(name) {
      throw ValidationError(
        "there is no table '\(name)'"
          + (NearestName.of(name, in: AnalysisTables.names).map { "; the nearest is '\($0)'." }
            ?? "; there are \(AnalysisTables.names.joined(separator: ", "))."))
    }
    self.names = Set(names)
  }
}
