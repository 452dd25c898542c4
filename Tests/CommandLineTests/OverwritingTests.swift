import Foundation
import Testing

/// What happens to files that are already where the report goes.
@Suite("Overwriting") struct OverwritingTests {
  private let scratch: Scratch
  private let adapter: String

  init() throws {
    scratch = try Scratch()
    adapter = try scratch.copyAdapter("lora")
  }

  private func analyze(_ options: String...) async throws -> Sigmascope.Outcome {
    try await scratch.run(["analyze", adapter, "--quiet", "--out", "out"] + options)
  }

  @Test func `a report is replaced whole`() async throws {
    #expect(try await analyze().status == 0)
    #expect(try await analyze("--formats", "json").status == 0)
    #expect(try Set(scratch.files(in: "out").keys) == ["summary.json", ".sigmascope"])
  }

  @Test func `a report of another command is named before it is replaced, one of the same is not`()
    async throws
  {
    let other = try scratch.copy("adapters/pissa")
    func note(_ arguments: String...) async throws -> Substring? {
      let outcome = try await scratch.run(arguments + ["--out", "out"])
      #expect(outcome.status == 0)
      return outcome.errorLines.first { $0.hasPrefix("note: the report in out will be replaced") }
    }
    #expect(try await note("analyze", adapter) == nil)
    #expect(try await note("analyze", adapter, "--resume") == nil)
    let replaced = try #require(try await note("analyze", other))
    #expect(
      replaced.contains("sigmascope analyze \(adapter) --out out") && replaced.contains("--out"))
    #expect(try await note("compare", adapter)?.contains("analyze \(other)") == true)
    #expect(try await note("analyze", adapter, "--formats", "csv")?.contains("compare") == true)
    #expect(try await note("analyze", adapter)?.contains("an earlier one") == true)
    #expect(try await note("analyze", other, "--quiet") == nil)
  }

  @Test func `nothing but the report is left beside it`() async throws {
    #expect(try await analyze().status == 0)
    #expect(try await analyze().status == 0)
    let names = try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path)
    #expect(names.filter { $0.contains("out") && !$0.hasSuffix(".stdout") } == ["out"])
  }

  @Test func `an empty folder is filled`() async throws {
    try FileManager.default.createDirectory(
      at: scratch.url("out"), withIntermediateDirectories: false)
    #expect(try await analyze().status == 0)
    #expect(scratch.exists("out/report.html"))
  }

  @Test func `a foreign folder is refused with one line`() async throws {
    try scratch.write("out/thesis.tex", text: "years of work")
    let outcome = try await analyze()
    #expect(outcome.status == 74)
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.standardError.contains(scratch.path("out")))
  }

  @Test func `a foreign folder keeps what it holds, and nothing is left beside it`() async throws {
    try scratch.write("out/thesis.tex", text: "years of work")
    _ = try await analyze()
    #expect(try scratch.files(in: "out") == ["thesis.tex": Data("years of work".utf8)])
    #expect(!scratch.exists("out.partial"))
  }

  @Test func `a file is refused and kept`() async throws {
    try scratch.write("out", text: "a file")
    let outcome = try await analyze()
    #expect(outcome.status == 74)
    #expect(outcome.errorLines.count == 1, "\(outcome.standardError)")
    #expect(try String(contentsOf: scratch.url("out"), encoding: .utf8) == "a file")
    #expect(!scratch.exists("out.partial"))
  }

  @Test func `notes in an older report are kept, and the report is not replaced`() async throws {
    #expect(try await analyze().status == 0)
    let before = try scratch.files(in: "out")
    try scratch.write("out/notes.md", text: "mine")
    let outcome = try await analyze("--top", "4")
    #expect(outcome.status == 74)
    #expect(outcome.errorLines.count == 1 && outcome.standardError.contains("'notes.md'"))
    #expect(
      try scratch.files(in: "out") == before.merging(["notes.md": Data("mine".utf8)]) { $1 })
  }

  @Test(arguments: ["thesis.tex", "journal.jsonl"])
  func `a folder OUT.partial of the user is refused and kept`(file: String) async throws {
    try scratch.write("out.partial/\(file)", text: "years of work")
    for options in [[], ["--resume"]] {
      let outcome = try await scratch.run(
        ["analyze", adapter, "--quiet", "--out", "out"] + options)
      #expect(outcome.status == 74)
      #expect(outcome.errorLines.count == 1 && outcome.standardError.contains("'\(file)'"))
    }
    #expect(try scratch.files(in: "out.partial") == [file: Data("years of work".utf8)])
    #expect(!scratch.exists("out"))
  }

  @Test func `a symbolic link at --out is followed`() async throws {
    try FileManager.default.createDirectory(
      at: scratch.url("real"), withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path("out"), withDestinationPath: "real")
    for _ in 0..<2 { #expect(try await analyze().status == 0) }
    #expect(scratch.exists("real/report.html"))
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: scratch.path("out")) == "real")
  }

  @Test func `pretrain keeps a file and a folder of others`() async throws {
    try scratch.write("file", text: "mine")
    try scratch.write("folder/thesis.tex", text: "mine")
    for out in ["file", "folder"] {
      let outcome = try await scratch.run(
        "pretrain", "--task", "scratchpad", "--steps", "1", "--quiet", "--out", out)
      #expect(outcome.status == 74)
      #expect(outcome.errorLines.count == 1, "\(outcome.standardError)")
    }
    #expect(try String(contentsOf: scratch.url("file"), encoding: .utf8) == "mine")
    #expect(try scratch.files(in: "folder") == ["thesis.tex": Data("mine".utf8)])
  }

  @Test(arguments: ["metrics.jsonl", "checkpoint-5/model.safetensors"])
  func `train keeps a run of another program`(file: String) async throws {
    try scratch.write("run/\(file)", text: "mine")
    let outcome = try await scratch.run(
      "train", "--base", "scratchpad", "--steps", "1", "--quiet", "--out", "run")
    #expect(outcome.status == 74, "\(outcome.standardError)")
    #expect(try scratch.files(in: "run") == [file: Data("mine".utf8)])
  }
}
