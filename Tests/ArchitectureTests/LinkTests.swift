import Foundation
import Testing

/// A link to a file that has moved leads a reader nowhere.
@Suite("Links") struct LinkTests {
  /// Every Markdown file of the package, but those in hidden folders and in results of studies.
  private static let documents = markdownFiles(in: "")

  private static func markdownFiles(in folder: String) -> [String] {
    let url = SourceTree.package.appendingPathComponent(folder)
    // Nothing for what is not a folder.
    let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    return names.sorted().filter { !$0.hasPrefix(".") && $0 != "results" }.flatMap { name in
      let path = folder.isEmpty ? name : "\(folder)/\(name)"
      return path.hasSuffix(".md") ? [path] : markdownFiles(in: path)
    }
  }

  /// The targets of links and pictures, without those in blocks of code.
  private static func targets(in document: SourceTree.File) -> [String] {
    var isCode = false
    var targets: [String] = []
    for line in document.lines {
      if line.hasPrefix("```") { isCode.toggle() }
      if isCode { continue }
      targets += line.matches(of: #/\]\(([^)\s]+)\)/#).map { String($0.output.1) }
    }
    return targets
  }

  /// The file that a link in a document leads to; nil for a page of the web or a place in the document itself.
  private static func file(of target: String, in document: SourceTree.File) -> URL? {
    if target.contains("://") || target.hasPrefix("mailto:") || target.hasPrefix("#") { return nil }
    let path = String(target.prefix { $0 != "#" })
    return SourceTree.package.appendingPathComponent(document.path).deletingLastPathComponent()
      .appendingPathComponent(path.removingPercentEncoding ?? path).standardizedFileURL
  }

  @Test func `documents are found`() {
    #expect(Self.documents.contains("README.md"))
    #expect(Self.documents.contains("docs/README.md"))
  }

  @Test(arguments: documents)
  func `a relative link leads to a file`(path: String) throws {
    let document = try SourceTree.file(path)
    for target in Self.targets(in: document) {
      guard let file = Self.file(of: target, in: document) else { continue }
      #expect(FileManager.default.fileExists(atPath: file.path), "\(path) links to \(target)")
    }
  }

  @Test func `docs/README.md names every document`() throws {
    let index = try SourceTree.file("docs/README.md")
    let linked = Set(Self.targets(in: index).map { "docs/\($0)" })
    let documents = Self.documents.filter { $0.hasPrefix("docs/") && $0 != index.path }
    #expect(Set(documents).subtracting(linked) == [])
  }
}
