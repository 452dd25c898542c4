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

  @Test func `a base with other contents than the run recorded is a warning`() throws {
    try folder.model("base")
    try folder.adapter("adapter", base: "../base")
    let hash = try ModelFolder(path: folder.path("base")).contentHash()
    for (recorded, isRight) in [(hash, true), (String(hash.reversed()), false)] {
      try Data(#"{"base_hash":"\#(recorded)"}"#.utf8)
        .write(to: URL(fileURLWithPath: folder.path("adapter/run.json")))
      let words = "is not the one that was trained on"
      for choice in [BaseChoice.named, .given(folder.path("base"))] {
        let run = try plan(choice).runs[0]
        #expect(run.warnings.contains { $0.contains(words) } == !isRight)
        #expect(run.findings.contains { $0.contains(words) } == !isRight)
        #expect(run.baseNotes.isEmpty == isRight)
      }
      let run = try #require(Discovery.runs(at: folder.path("adapter")).first)
      let given = try Inspection(of: run, base: .given(folder.path("base")), alpha: nil)
      #expect(given.warnings.contains { $0.contains(words) } == !isRight)
    }
  }

  @Test func `another base than the run names is a warning of every command`() throws {
    try folder.model("base")
    try folder.model("other", times: 2)
    try folder.adapter("adapter", base: "../base")
    let words =
      "the run names the base '../base'; '\(folder.path("other"))', which has other weights"
    let other = BaseChoice.given(folder.path("other"))
    let planned = try plan(other)
    #expect(planned.runs[0].warnings.contains { $0.hasPrefix(words) })
    #expect(planned.notes.contains { $0.hasPrefix("adapter: \(words)") })
    let run = try #require(Discovery.runs(at: folder.path("adapter")).first)
    #expect(
      try Inspection(of: run, base: other, alpha: nil).warnings.contains { $0.hasPrefix(words) })
    let source = try ReductionSource.adapter(at: folder.path("adapter"), base: other, alpha: nil)
    #expect(source.notes.contains { $0.hasPrefix(words) })
    // A name may be meant so.
    try source.requireOwnBase()
  }

  @Test func `nothing is written from a base with other contents than the run recorded`() throws {
    try folder.model("base")
    try folder.model("other", times: 2)
    try folder.adapter("adapter", base: "../base")
    try Data(#"{"base_hash":"0123456789"}"#.utf8)
      .write(to: URL(fileURLWithPath: folder.path("adapter/run.json")))
    let source = try ReductionSource.adapter(
      at: folder.path("adapter"), base: .given(folder.path("other")), alpha: nil)
    // What is written belongs to the base that it was made with.
    #expect(source.baseName == folder.path("other"))
    // Of the named base itself one hash of all tells too little to refuse.
    try ReductionSource.adapter(at: folder.path("adapter"), base: .named, alpha: nil)
      .requireOwnBase()
    #expect {
      try source.requireOwnBase()
    } throws: { error in
      "\(error)".hasSuffix("give its own base with --base, or --allow-other-base to take this one")
    }
  }

  @Test func `a base that only other runs name is said once, with the runs that take it`() throws {
    try folder.model("base")
    try folder.adapter("runs/adapter", base: "../../base")
    for (name, factor) in [("one", 2.0), ("two", 3.0)] {
      try folder.model("runs/\(name)", times: factor)
    }
    let notes = try AnalysisPlan(
      of: Discovery.runs(at: folder.path("runs")), selecting: AnalysisSelection()
    ).notes
    let said = notes.filter { $0.contains("which the other runs name, is taken") }
    #expect(said.count == 1 && said[0].hasPrefix("one, two: the run names no base; '"), "\(notes)")
  }

  @Test func `the base among the runs is to be left out, however it became the base`() throws {
    try folder.model("base")
    try folder.adapter("adapter", base: "../base")
    let words = "'\(folder.path("base"))' is the base itself: leave it out"
    let paths = ["base", "adapter"].map(folder.path)
    for (paths, choice) in [
      (paths, BaseChoice.named), (paths, .given(paths[0])), ([paths[0]], .given(paths[0])),
    ] {
      #expect {
        _ = try AnalysisPlan(
          of: Discovery.runs(at: paths), selecting: AnalysisSelection(base: choice))
      } throws: { error in
        "\(error)".hasPrefix(words) && !"\(error)".contains("--base")
      }
    }
    let run = try #require(Discovery.runs(at: paths[0]).first)
    #expect {
      _ = try Inspection(of: run, base: .given(paths[0]), alpha: nil)
    } throws: { error in
      "\(error)".hasPrefix(words)
    }
  }

  @Test
  func `of the models near a checkpoint, the base of its neighbours comes first and merges last`()
    throws
  {
    for name in ["a-merged", "b-model", "models/base"] { try folder.model(name) }
    try folder.card("a-merged")
    try folder.model("runs/full/checkpoint-1", times: 2)
    func near() throws -> [String] {
      do {
        _ = try AnalysisPlan(
          of: Discovery.runs(at: folder.path("runs/full")), selecting: AnalysisSelection())
      } catch ExperimentError.baseNeeded(_, let near) {
        return near.map { $0.components(separatedBy: "/").suffix(1).joined() }
      }
      return []
    }
    #expect(try near() == ["b-model", "base", "a-merged"])
    try folder.adapter("runs/lora", base: folder.path("models/base"))
    #expect(try near() == ["base"])
  }

  @Test func `an inspection says what became of the base`() throws {
    try folder.model("base")
    try folder.adapter("adapter", base: "../base")
    try folder.adapter("lost", base: "someone/absent-model")
    func state(_ path: String, _ choice: BaseChoice) throws -> Inspection.BaseState {
      let run = try #require(Discovery.runs(at: folder.path(path)).first)
      return try Inspection(of: run, base: choice, alpha: nil).baseState
    }
    #expect(try state("adapter", .named) == .found)
    #expect(try state("adapter", .given(folder.path("base"))) == .given)
    #expect(try state("adapter", .none) == .notLookedFor)
    #expect(try state("lost", .named) == .notFound)
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
