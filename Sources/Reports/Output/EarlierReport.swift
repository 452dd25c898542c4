import Documents
package import Foundation

/// The report that is in the place of a new one.
package struct EarlierReport: Equatable {
  /// The command that made it, without what does not change its contents; nil if no file in it says so.
  package let command: [String]?

  /// Nil if nothing, or nothing that this program wrote, is in the folder.
  package init?(in folder: URL) {
    func bytes(_ name: String) -> [UInt8]? {
      try? TextFile.bytes(of: folder.appendingPathComponent(name).path)
    }
    guard bytes(AtomicFolder.marker) != nil else { return nil }
    let documents = ["summary.json", "comparison.json", "advice.json", "system.json"].lazy
      .compactMap { name in
        bytes(name).flatMap { try? JSONValue(parsing: $0) }
      }
    command = documents.first?["command"]?.array.map { Self.essence(of: $0.compactMap(\.string)) }
  }

  /// A note for whoever is about to replace it, with what to do to keep both; nil if the same command made it.
  package func note(replacedBy command: [String], in folder: URL) -> String? {
    guard self.command != Self.essence(of: command) else { return nil }
    let origin = self.command.map { "that of '\($0.joined(separator: " "))'" } ?? "an earlier one"
    return "note: the report in \(folder.lastPathComponent) will be replaced (\(origin)); another "
      + "folder with --out keeps both"
  }

  private static func essence(of command: [String]) -> [String] {
    command.filter { !["--resume", "--quiet", "-q", "--verbose", "-v"].contains($0) }
  }
}
