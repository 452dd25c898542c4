/// What Package.swift declares, read as text.
struct Manifest {
  /// The names of the packages it depends on: `swift-mustache`.
  let packages: [String]
  /// Modules that a target of Sources depends on, own ones and those of packages, by the target's name.
  let dependencies: [String: Set<String>]

  init() throws {
    let text = try SourceTree.file("Package.swift").text
    packages = text.matches(of: #/\.package\(\s*url: "[^"]*\/([^"\/]+)"/#)
      .map { String($0.output.1) }
    dependencies = Dictionary(
      uniqueKeysWithValues: SourceTree.targets.map { ($0, Self.dependencies(of: $0, in: text)) })
  }

  /// The names in the first list after the target's own; a product's package is no module.
  private static func dependencies(of target: String, in text: String) -> Set<String> {
    let start =
      "(?:library\\(|\\.target\\(name:|\\.executableTarget\\(\\s*name:|\\.systemLibrary\\(\\s*name:)"
    guard let pattern = try? Regex("\(start)\\s*\"\(target)\"\\s*[,)]"),
      let opening = text.firstMatch(of: pattern)
    else { return [] }
    // A target without a list ends here. A system library is one; the lists after it name other things.
    let found = text[opening.range]
    if found.hasSuffix(")") || found.contains("systemLibrary") { return [] }
    let list = text[opening.range.upperBound...].drop { $0 != "[" }.prefix { $0 != "]" }
    return Set(
      list.replacing(#/condition: .*/#, with: "").replacing(#/package: "[^"]*"/#, with: "").matches(
        of: #/"(\w+)"/#
      )
      .map { String($0.output.1) })
  }
}
