import Documents
import Foundation

/// A model card of Hugging Face: a head for programs, a title, and a table for people.
struct ModelCard {
  /// The base; nil if it has no name.
  var base: String?
  var library: String?
  let tags: [String]
  let title: String
  let command: String
  /// The rows of the table.
  var rows: [(name: String, value: String)]
  /// Lines below it.
  var rest: [String] = []

  var text: String {
    let head =
      (base.map { ["base_model: \(String(JSONValue.string($0).line.dropLast()))"] } ?? [])
      + (library.map { ["library_name: \($0)"] } ?? [])
    let lines =
      ["---"] + head + ["tags:"] + tags.map { "- \($0)" } + ["- sigmascope", "---", ""]
      + [
        "# \(title)", "",
        "Made by `sigmascope \(command)` (version \(Sigmascope.version)).", "",
        "| | |", "| --- | --- |",
      ] + rows.map { "| \($0.name) | \($0.value) |" } + rest
    return lines.map { $0.shownLine + "\n" }.joined()
  }

  /// The last component of a path.
  static func name(of path: String) -> String { URL(fileURLWithPath: path).lastPathComponent }
}
