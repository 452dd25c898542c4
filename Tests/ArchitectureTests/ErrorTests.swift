import Testing

/// Exit code 1 means that a condition of `--fail-on` holds: no error may end the program with it.
@Suite("Errors") struct ErrorTests {
  /// Errors that no user sees, because their callers turn them into other errors.
  private static let inner: Set = [
    "JSONSyntaxError", "Fault", "EntriesWanted", "NamePatternError",
  ]

  /// The types that are errors, with the file of each.
  private static let errors: [(type: String, file: SourceTree.File)] = {
    let files = (try? SourceTree.swiftFiles(in: "Sources")) ?? []
    let pattern = #/\b(?:enum|struct|class) (\w+): (?:[\w., ]+, )?(?:Error|BadInput)\b/#
    return files.flatMap { file in
      file.text.matches(of: pattern).map { (String($0.output.1), file) }
    }
  }()

  /// The types that are marked as bad input, where they are declared or by an extension.
  private static let marked: Set<String> = {
    let files = (try? SourceTree.swiftFiles(in: "Sources")) ?? []
    let pattern = #/\b(?:enum|struct|class|extension) (\w+): (?:[\w., ]+, )?BadInput\b/#
    return files.reduce(into: []) { marked, file in
      marked.formUnion(file.text.matches(of: pattern).map { String($0.output.1) })
    }
  }()

  @Test func `errors are found`() {
    #expect(Self.errors.count > 10)
    #expect(Self.errors.contains { $0.type == "OutputError" })
  }

  @Test func `an error is bad input, a refusal to write, or never seen`() {
    for (type, file) in Self.errors where type != "OutputError" && !Self.inner.contains(type) {
      #expect(Self.marked.contains(type), "\(type) in \(file)")
    }
  }

  @Test func `an error has a name that says so`() {
    for (type, file) in Self.errors where !Self.inner.contains(type) {
      #expect(type.hasSuffix("Error"), "\(type) in \(file)")
    }
  }
}
