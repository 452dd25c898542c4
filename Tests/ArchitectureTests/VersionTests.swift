import Foundation
import Testing

/// A release has one number: the program's.
@Suite("Version") struct VersionTests {
  /// `static let version = "0.2.0"`.
  private static func version() throws -> String {
    let source = try SourceTree.file("Sources/SigmascopeCLI/Sigmascope.swift").text
    return String(try #require(source.firstMatch(of: #/version = "(\d+\.\d+\.\d+)"/#)).output.1)
  }

  @Test func `the newest dated heading of the changelog is the program's version`() throws {
    let changelog = try SourceTree.file("CHANGELOG.md").text
    let heading = try #require(
      changelog.firstMatch(of: #/\n## \[(\d+\.\d+\.\d+)\] - \d{4}-\d\d-\d\d\n/#))
    #expect(String(heading.output.1) == (try Self.version()))
  }

  @Test(arguments: ["docs/installing.md", "docs/scaling.md", "Tests/Install/README.md"])
  func `documents name the program's version`(document: String) throws {
    let version = try Self.version()
    let named = try SourceTree.file(document).text.matches(of: #/sigmascope[-:](\d+\.\d+\.\d+)/#)
    #expect(!named.isEmpty)
    for name in named { #expect(String(name.output.1) == version) }
  }
}
