import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// An analysis that is stopped loses nothing.
@Suite("Resuming") struct ResumeTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private static let paths = [
    Fixtures.demo.appendingPathComponent("runs").path,
    "--base", Fixtures.demo.appendingPathComponent("base").path,
  ]

  private func arguments(_ name: String, _ options: String...) -> [String] {
    ["analyze"] + Self.paths + ["--no-cache", "--null-samples", "1", "--out", name] + options
  }

  private func journalLines(_ name: String) -> Int {
    let data = try? Data(contentsOf: scratch.url("\(name).partial/journal.jsonl"))
    return data?.count { $0 == UInt8(ascii: "\n") } ?? 0
  }

  /// The lines that are results of matrices.
  private func matrixLines(_ name: String) throws -> Int {
    try String(contentsOf: scratch.url("\(name).partial/journal.jsonl"), encoding: .utf8)
      .split(separator: "\n").count { $0.contains(#""identity":"#) && $0.contains(#""base":"#) }
  }

  /// Starts an analysis and stops it by a signal when it has noted its first matrices.
  private func stop(_ name: String, by signal: Int32) async throws -> RunningSigmascope {
    for _ in 0..<10 {
      let running = try Sigmascope().start(
        arguments(name, "--jobs", "1"), in: scratch.folder)
      // The first line is the fingerprint.
      while running.isRunning, journalLines(name) < 3 {
        try await Task.sleep(for: .milliseconds(2))
      }
      running.send(signal)
      await running.ended()
      if journalLines(name) > 1 { return running }
      // The analysis finished before the signal came.
      try? scratch.remove(name)
    }
    throw CancellationError()
  }

  @Test func `after a kill gives the bytes of an undisturbed analysis`() async throws {
    let whole = try await scratch.run(arguments("whole", "--quiet"))
    try #require(whole.status == 0, "\(whole.standardError)")
    let killed = try await stop("stopped", by: SIGKILL)
    #expect(killed.wasKilled && !scratch.exists("stopped"))
    let resumed = try await scratch.run(arguments("stopped", "--quiet", "--resume"))
    try #require(resumed.status == 0, "\(resumed.standardError)")
    #expect(
      Report.differences(
        try Report.files(in: "whole", of: scratch), try Report.files(in: "stopped", of: scratch))
        == [])
  }

  @Test func `after a kill does not repeat what was done`() async throws {
    _ = try await stop("stopped", by: SIGKILL)
    let before = try matrixLines("stopped")
    let resumed = try await scratch.run(arguments("stopped", "--resume"))
    let line = try #require(resumed.errorLines.first { $0.contains(" were done before") })
    let count = try #require(Int(line.prefix { $0.isNumber }))
    #expect(count >= before)
  }

  @Test func `removes what was kept for it`() async throws {
    _ = try await stop("stopped", by: SIGKILL)
    _ = try await scratch.run(arguments("stopped", "--quiet", "--resume"))
    #expect(!scratch.exists("stopped.partial"))
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func `an interrupt ends with code 130 and says how to continue`(signal: Int32) async throws {
    let stopped = try await stop("stopped", by: signal)
    #expect(!stopped.wasKilled && stopped.status == 130)
    #expect(try stopped.standardError().contains("--resume"))
  }

  @Test func `without the option starts over and says so`() async throws {
    _ = try await stop("stopped", by: SIGKILL)
    let again = try await scratch.run(arguments("stopped"))
    #expect(again.status == 0)
    #expect(again.standardError.contains("--resume"))
  }

  @Test func `a line that was cut short is computed again`() async throws {
    let whole = try await scratch.run(arguments("whole", "--quiet"))
    try #require(whole.status == 0)
    _ = try await stop("stopped", by: SIGKILL)
    let journal = "stopped.partial/journal.jsonl"
    try scratch.write(journal, Data(contentsOf: scratch.url(journal)).dropLast(40))
    _ = try await scratch.run(arguments("stopped", "--quiet", "--resume"))
    #expect(
      Report.differences(
        try Report.files(in: "whole", of: scratch), try Report.files(in: "stopped", of: scratch))
        == [])
  }

  @Test func `a line that was changed is computed again`() async throws {
    let whole = try await scratch.run(arguments("whole", "--quiet"))
    try #require(whole.status == 0)
    _ = try await stop("stopped", by: SIGKILL)
    let journal = "stopped.partial/journal.jsonl"
    var data = try Data(contentsOf: scratch.url(journal))
    // A digit of the first result becomes another one.
    let start = try #require(data.firstIndex(of: UInt8(ascii: "\n"))) + 60
    let digit = try #require(data[start...].firstIndex { (49...56).contains($0) })
    data[digit] += 1
    try scratch.write(journal, data)
    _ = try await scratch.run(arguments("stopped", "--quiet", "--resume"))
    #expect(
      Report.differences(
        try Report.files(in: "whole", of: scratch), try Report.files(in: "stopped", of: scratch))
        == [])
  }

  @Test func `with another alpha computes everything anew`() async throws {
    let adapter = try scratch.copyAdapter("lora")
    func analyze(_ name: String, _ options: String...) async throws -> [String: Data] {
      let outcome = try await scratch.run(
        ["analyze", adapter, "--quiet", "--out", name] + options)
      try #require(outcome.status == 0, "\(outcome.standardError)")
      return try Report.files(in: name, of: scratch)
    }
    // A watched analysis keeps its journal after the report is written.
    let watched = try Sigmascope().start(
      ["analyze", adapter, "--quiet", "--watch", "--alpha", "8", "--out", "out"],
      in: scratch.folder)
    while watched.isRunning, !scratch.exists("out/report.html") {
      try await Task.sleep(for: .milliseconds(5))
    }
    watched.send(SIGKILL)
    await watched.ended()
    try #require(journalLines("out") > 1)
    let fresh = try await analyze("fresh", "--alpha", "16")
    let resumed = try await analyze("out", "--alpha", "16", "--resume")
    #expect(Report.differences(fresh, resumed) == [])
  }
}
