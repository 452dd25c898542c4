import Checkpoints
import Experiments
import Foundation
import Testing

/// Which base a run is compared with, and what is said of it.
@Suite("The choice of a base") struct BaseChoiceTests {
  private let folder: TestAnalysisFolder

  init() throws { folder = try TestAnalysisFolder() }

  private func plan(_ choice: BaseChoice) throws -> AnalysisPlan {
    try AnalysisPlan(
      of: Discovery.runs(at: folder.path("adapter")), selecting: AnalysisSelection(base: choice))
  }

  @Test func `a base that is named and not here is no error for an adapter`() throws {
    try folder.adapter("adapter", base: "someone/absent-model")
    let run = try plan(.named).runs[0]
    #expect(run.base == nil)
    #expect(
      run.findings.contains {
        $0.hasPrefix("its base 'someone/absent-model' is not on this machine")
      })
  }

  @Test func `no base is used if none is wanted`() throws {
    try folder.model("base")
    try folder.adapter("adapter", base: "../base")
    #expect(try plan(.none).runs[0].base == nil)
    let found = try #require(plan(.named).runs[0].base)
    #expect(found.origin == .named)
  }

  @Test func `a base that is an adapter is refused with the way out`() throws {
    try folder.adapter("sft", base: "someone/model")
    try folder.adapter("adapter", base: "../sft")
    #expect {
      _ = try plan(.named)
    } throws: { error in
      "\(error)".contains("is itself an adapter of base 'someone/model', not a model: merge it")
    }
  }
}
