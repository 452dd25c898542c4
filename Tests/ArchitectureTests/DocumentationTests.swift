import Testing

/// A metric without documentation is a column that nobody can read. A table of dependencies goes out of date
/// unless a test compares it.
@Suite("Documentation") struct DocumentationTests {
  /// The keys of all metrics, from the files that declare them.
  private static let metrics: [String] = {
    let folders = ["Sources/Spectra/Metrics", "Sources/Spectra/Trajectories/Metrics"]
    let files = folders.flatMap { (try? SourceTree.swiftFiles(in: $0)) ?? [] }
    return files.flatMap { file in
      file.text.matches(of: #/static let name = "(\w+)"/#).map { String($0.output.1) }
    }.sorted()
  }()

  @Test func `every metric is found`() throws {
    let registered = try ["MetricRegistry", "PathMetricRegistry"].map { name in
      try SourceTree.file("Sources/Spectra/Registry/\(name).swift").text
        .matches(of: #/\w+\.self/#).count
    }
    #expect(Self.metrics.count == registered.reduce(0, +))
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

  @Test
  func `docs/health.md has a heading for each rule, in the order of their list, and no other`()
    throws
  {
    let names = try SourceTree.swiftFiles(in: "Sources/Diagnosis/Rules").reduce(
      into: [String: String]()
    ) { names, file in
      if let name = file.text.firstMatch(of: #/public static let name = "([\w-]+)"/#) {
        names[file.name] = String(name.output.1)
      }
    }
    let list = try SourceTree.file("Sources/Diagnosis/Rules/HealthRules.swift").text
      .matches(of: #/\b(\w+)\.self/#).map { names[String($0.output.1)] }
    let described = try SourceTree.file("docs/health.md").lines
      .compactMap { $0.firstMatch(of: #/^### `([\w-]+)`/#).map { String($0.output.1) } }
    #expect(described == list)
  }

  @Test func `docs/related-systems.md has a row and a section for each system, in their order`()
    throws
  {
    let names = try SourceTree.swiftFiles(in: "Sources/Systems").reduce(into: [String: String]()) {
      names, file in
      guard file.text.contains(": ResearchSystem {"),
        let name = file.text.firstMatch(of: #/name: "([a-z0-9-]+)"/#)
      else { return }
      names[file.name] = String(name.output.1)
    }
    let registered = try SourceTree.file("Sources/Systems/Machinery/SystemRegistry.swift").text
      .matches(of: #/\b(\w+)\.self/#).map { names[String($0.output.1)] }
    let rows = try table(under: "| system | what works |", in: "docs/related-systems.md")
      .compactMap { $0[2].firstMatch(of: #/`system run ([a-z0-9-]+)/#).map { String($0.output.1) } }
    let sections = try SourceTree.file("docs/related-systems.md").lines
      .compactMap { $0.firstMatch(of: #/^## .*\(`([a-z0-9-]+)`\)$/#).map { String($0.output.1) } }
    #expect(!registered.isEmpty && rows == registered)
    #expect(sections == registered)
  }

  @Test func `docs/architecture.md says what each target imports, as Package.swift does`() throws {
    let rows = try table(under: "| target | imports |", in: "docs/architecture.md")
    let said = rows.map { row in
      (
        row[0].replacing(" (C)", with: ""),
        Set(row[1].split(separator: ", ").map(String.init)).subtracting(["–"])
      )
    }
    var declared = try Manifest().dependencies
    for library in ["COpenBLAS", "COpenMPI"] { declared[library] = nil }
    #expect(Dictionary(uniqueKeysWithValues: said) == declared)
  }

  @Test func `docs/decisions.md names the packages that Package.swift does`() throws {
    let rows = try table(under: "| package | what for |", in: "docs/decisions.md")
    #expect(try rows.map { $0[0] }.sorted() == Manifest().packages.sorted())
  }

  @Test(arguments: ["docs/formats.md", "docs/architecture.md", "docs/reliability.md"])
  func `a suite that a document names is there`(document: String) throws {
    let declared = Set(
      try SourceTree.swiftFiles(in: "Tests").flatMap { file in
        file.text.matches(of: #/(?:struct|enum|class) (\w+Tests)\b/#).map { String($0.output.1) }
      })
    for name in try SourceTree.file(document).text.matches(of: #/`(\w+Tests)`/#) {
      let name = String(name.output.1)
      #expect(declared.contains(name), "\(name)")
    }
  }

  /// Rows without a test promise what nobody has tried.
  @Test(arguments: ["adapters", "models and bases", "runs and logs"])
  func `every row of the overview of formats names its tests`(kind: String) throws {
    let rows = try table(under: "| \(kind) | read, or what to do | test |", in: "docs/formats.md")
    #expect(rows.count >= 7)
    for row in rows { #expect(row.last?.contains(#/`\w+Tests`/#) == true, "\(row[0])") }
  }

  /// The cells of a table's rows, from the start of its header.
  private func table(under header: String, in path: String) throws -> [[String]] {
    let lines = try SourceTree.file(path).lines.drop { !$0.hasPrefix(header) }
    try #require(!lines.isEmpty, "\(path) has no table '\(header)'")
    return lines.dropFirst(2).prefix { $0.hasPrefix("|") }
      .map { $0.split(separator: "|").map { $0.trimming { $0 == " " } } }
  }
}

extension Substring {
  /// Without leading and trailing characters of a kind.
  fileprivate func trimming(_ isCut: (Character) -> Bool) -> String {
    var rest = drop(while: isCut)
    while let last = rest.last, isCut(last) { rest.removeLast() }
    return String(rest)
  }
}
