import Testing

/// What no reviewer should have to check.
@Suite("Hygiene") struct HygieneTests {
  private static let longestFile = 400

  @Test(arguments: [
    #"(?:^|[^\w.])print\("#, #"\bfatalError\b"#, #"\btry!"#, #"\bas!"#, #"@unchecked Sendable"#,
  ])
  func `a library neither prints nor gives up nor casts by force`(pattern: String) throws {
    let expression = try Regex(pattern)
    for target in SourceTree.libraries {
      for file in try SourceTree.swiftFiles(in: "Sources/\(target)") {
        #expect(!file.code.contains { $0.contains(expression) }, "\(file)")
      }
    }
  }

  @Test(arguments: ["Sources", "Tests"])
  func `nothing is left to be done`(folder: String) throws {
    let expression = try Regex("\\b(TO" + "DO|FIX" + "ME)\\b")
    for file in try SourceTree.swiftFiles(in: folder) {
      #expect(!file.text.contains(expression), "\(file)")
    }
  }

  @Test(arguments: ["Sources", "Tests"])
  func `no file is too long to be read at once`(folder: String) throws {
    for file in try SourceTree.swiftFiles(in: folder) {
      #expect(file.lines.count <= Self.longestFile, "\(file)")
    }
  }

  @Test(arguments: SourceTree.libraries)
  func `a library reads no arguments and ends no process`(target: String) throws {
    let expression = #/\bCommandLine\.|(?:^|[^\w.])exit\(/#
    for file in try SourceTree.swiftFiles(in: "Sources/\(target)") {
      #expect(!file.code.contains { $0.contains(expression) }, "\(file)")
    }
  }

  @Test func `no folder in a target bears the name of a target`() throws {
    for target in SourceTree.targets {
      let misleading = try SourceTree.folders(in: "Sources/\(target)").filter { folder in
        folder.split(separator: "/").last.map { SourceTree.targets.contains(String($0)) } ?? false
      }
      #expect(misleading == [])
    }
  }
}
