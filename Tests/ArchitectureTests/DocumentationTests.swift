import Testing

/// A metric without its page is a column that nobody can read.
@Suite("Documentation") struct DocumentationTests {
  /// The keys of all metrics, from the files that declare them.
  private static let metrics: [String] = {
    let files = (try? SourceTree.swiftFiles(in: "Sources/Spectra/Metrics")) ?? []
    return files.flatMap { file in
      file.text.matches(of: #/static let name = "(\w+)"/#).map { String($0.output.1) }
    }.sorted()
  }()

  @Test func `every metric is found`() throws {
    let registry = try SourceTree.file("Sources/Spectra/Registry/MetricRegistry.swift")
    let registered = registry.text.matches(of: #/\w+\.self/#).count
    #expect(Self.metrics.count == registered)
  }

  @Test(arguments: metrics)
  func `a metric has a heading in docs/metrics.md`(metric: String) throws {
    let headings = try SourceTree.file("docs/metrics.md").lines.filter { $0.hasPrefix("#") }
    #expect(headings.contains { $0.contains("`\(metric)`") })
  }

  @Test func `docs/metrics.md describes no metric that there is not`() throws {
    let described = try SourceTree.file("docs/metrics.md").lines
      .compactMap { $0.firstMatch(of: #/^### `(\w+)`/#).map { String($0.output.1) } }
    #expect(Set(described).subtracting(Self.metrics) == [])
  }
}
