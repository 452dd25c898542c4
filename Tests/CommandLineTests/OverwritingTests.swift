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
}
