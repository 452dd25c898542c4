import Testing

/// Which module knows which: mathematics knows no files, and nothing knows the command line.
@Suite("Imports") struct ImportTests {
  private static let allowed: [String: Set<String>] = [
    "Documents": [],
    "MessagePassing": ["COpenMPI"],
    "LinearAlgebra": ["COpenBLAS"],
    "Checkpoints": ["CKernels", "Documents"],
    "Adapters": ["Documents", "LinearAlgebra"],
    "Updates": ["Adapters", "Checkpoints", "Documents", "LinearAlgebra"],
    "Merging": [
      "Adapters", "Checkpoints", "CKernels", "Documents", "LinearAlgebra", "Updates",
    ],
    "Spectra": ["LinearAlgebra"],
    "Diagnosis": ["Checkpoints", "LinearAlgebra", "Spectra"],
    "Training": ["Adapters", "Checkpoints", "CKernels", "Documents", "LinearAlgebra"],
    "Experiments": [
      "Adapters", "Checkpoints", "Diagnosis", "Documents", "LinearAlgebra", "MessagePassing",
      "Spectra", "Studies", "Training", "Updates",
    ],
    "Studies": ["Diagnosis", "LinearAlgebra", "Spectra"],
    "Systems": ["Adapters", "Documents", "Experiments", "LinearAlgebra", "Studies", "Training"],
    "Reports": [
      "CEmbeddedFiles", "Diagnosis", "Documents", "LinearAlgebra", "Spectra", "Studies",
    ],
    "SigmascopeCLI": Set(SourceTree.libraries + ["CEmbeddedFiles", "CProcess"]),
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
  func `a target declares what it imports, and imports what it declares`(target: String) throws {
    let manifest = try Manifest()
    let known = manifest.dependencies.values.reduce(into: Set(SourceTree.targets)) {
      $0.formUnion($1)
    }
    let imported = try SourceTree.swiftFiles(in: "Sources/\(target)")
      .reduce(into: Set()) { $0.formUnion($1.imports) }
    #expect(imported.intersection(known) == manifest.dependencies[target])
  }

  @Test(arguments: [
    ("COpenBLAS", ["LinearAlgebra"]), ("COpenMPI", ["MessagePassing"]),
    ("CEmbeddedFiles", ["Reports", "SigmascopeCLI"]),
    ("CKernels", ["Checkpoints", "Merging", "Training"]),
    ("CProcess", ["SigmascopeCLI"]),
    ("ArgumentParser", ["SigmascopeCLI"]), ("Mustache", ["Reports"]),
    ("TOMLKit", ["SigmascopeCLI"]),
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
}
