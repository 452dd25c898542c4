import Testing

/// Which module knows which: mathematics knows no files, and nothing knows the command line.
@Suite("Imports") struct ImportTests {
  private static let allowed: [String: Set<String>] = [
    "Documents": [],
    "LinearAlgebra": ["COpenBLAS"],
    "Checkpoints": ["CKernels", "Documents"],
    "Adapters": ["Documents", "LinearAlgebra"],
    "Spectra": ["LinearAlgebra"],
    "Training": ["Adapters", "Checkpoints", "CKernels", "Documents", "LinearAlgebra"],
    "Experiments": [
      "Adapters", "Checkpoints", "Documents", "LinearAlgebra", "Spectra", "Studies", "Training",
    ],
    "Studies": ["LinearAlgebra", "Spectra"],
    "Reports": ["Documents", "Spectra", "Studies"],
    "SigmascopeCLI": Set(SourceTree.libraries),
  ]

  @Test func `every target has a place in the order`() {
    #expect(Set(SourceTree.swiftTargets).subtracting(Self.allowed.keys) == [])
  }

  @Test(arguments: SourceTree.swiftTargets)
  func `a target imports only what lies below it`(target: String) throws {
    let allowed = try #require(Self.allowed[target])
    let own = Set(SourceTree.targets)
    for file in try SourceTree.swiftFiles(in: "Sources/\(target)") {
      let foreign = file.imports.intersection(own).subtracting(allowed)
      #expect(foreign == [], "\(file)")
    }
  }

  @Test(arguments: SourceTree.swiftTargets)
  func `a target declares every own module that it imports`(target: String) throws {
    let imported = try SourceTree.swiftFiles(in: "Sources/\(target)")
      .reduce(into: Set()) { $0.formUnion($1.imports) }
      .intersection(SourceTree.targets)
    #expect(try imported.subtracting(dependencies(of: target)) == [])
  }

  @Test(arguments: [
    ("COpenBLAS", ["LinearAlgebra"]), ("CKernels", ["Checkpoints", "Training"]),
    ("ArgumentParser", ["SigmascopeCLI"]), ("Mustache", ["Reports"]),
  ])
  func `a foreign module has few doors`(module: String, doors: [String]) throws {
    for target in SourceTree.swiftTargets where !doors.contains(target) {
      for file in try SourceTree.swiftFiles(in: "Sources/\(target)") {
        #expect(!file.imports.contains(module), "\(file)")
      }
    }
  }

  @Test func `tests see only what a user of the modules sees`() throws {
    for file in try SourceTree.swiftFiles(in: "Tests") {
      #expect(!file.code.contains { $0.hasPrefix("@test" + "able") }, "\(file)")
    }
  }

  /// The own targets that Package.swift lists for a target.
  private func dependencies(of target: String) throws -> Set<String> {
    let manifest = try SourceTree.file("Package.swift").text
    let opening = try #require(
      ["library(\"\(target)\"", "library(\n      \"\(target)\"", "name: \"\(target)\""]
        .compactMap { manifest.firstRange(of: $0) }.first)
    let list = manifest[opening.upperBound...].drop { $0 != "[" }.prefix { $0 != "]" }
    let names = list.matches(of: #/"(\w+)"/#).map { String($0.output.1) }
    return Set(names).intersection(SourceTree.targets)
  }
}
