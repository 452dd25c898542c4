import Documents
import Experiments
import Testing

/// Paths of which the system does not tell what is there. A name that is too long is one for every user, root as well.
@Suite("Paths that the system does not tell of") struct UnansweredPathTests {
  private let path = "/tmp/" + String(repeating: "n", count: 300)

  @Test func `a study there is an error, not absent`() {
    let error = #expect(throws: TextFile.Fault.self) { try StudyFolder(path: path).exists }
    #expect(error?.path == "\(path)/study.json" && error?.isAbsent == false)
  }

  @Test func `the results of such a study are an error that names the file`() {
    #expect(throws: (any Error).self) { try StudyFolder(path: path).results() }
  }

  @Test func `an unfinished analysis there is an error of the output`() {
    #expect(throws: OutputError.self) { try AnalysisWorkspace(output: path) }
  }

  @Test func `what is not there is absent`() throws {
    #expect(try !StudyFolder(path: "/tmp/no-such-study-\(UInt64.random(in: 0 ... .max))").exists)
  }
}
