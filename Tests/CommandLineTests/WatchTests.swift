import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// An analysis that follows a run.
@Suite("Watching") struct WatchTests {
  @Test func `a run that has not begun is waited for`() async throws {
    let scratch = try Scratch()
    let run = Fixtures.demo.appendingPathComponent("runs/lora")
    let running = try Sigmascope().start(
      [
        "analyze", "later", "--watch", "--no-cache", "--formats", "json", "--out", "report",
        "--base",
        Fixtures.demo.appendingPathComponent("base").path,
      ], in: scratch.folder)
    while running.isRunning, try !running.standardError().contains("watching for the first") {
      try await Task.sleep(for: .milliseconds(10))
    }
    // The checkpoint appears whole, as trainers rename it.
    let later = scratch.url("later")
    try FileManager.default.createDirectory(at: later, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      at: later.appendingPathComponent("checkpoint-2"),
      withDestinationURL: run.appendingPathComponent("checkpoint-2"))
    while running.isRunning, !scratch.exists("report/summary.json") {
      try await Task.sleep(for: .milliseconds(10))
    }
    running.send(SIGINT)
    await running.ended()
    #expect(scratch.exists("report/summary.json"))
    #expect(try running.standardOutput().contains("later: "))
  }

  @Test func `a run that is given twice is named`() async throws {
    let scratch = try Scratch()
    let run = Fixtures.demo.appendingPathComponent("runs/lora").path
    let result = try await scratch.run(["analyze", run, run + "/", "--out", "report"])
    #expect(result.status == 65)
    #expect(result.standardError == "error: the run '\(run)' is given twice: give it once\n")
  }
}
