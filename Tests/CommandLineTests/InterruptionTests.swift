import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A stop is obeyed in the middle of work that does not look whether it should stop.
@Suite("Interruption") struct InterruptionTests {
  @Test(arguments: [SIGINT, SIGTERM])
  func `a matrix that takes very long is left when its analysis is stopped`(
    signal: Int32
  ) async throws {
    let scratch = try Scratch()
    let adapter = try scratch.copyAdapter("lora-rank-1")
    let running = try Sigmascope().start(
      ["analyze", adapter, "--null-samples", "1000000", "--jobs", "1", "--out", "out"],
      in: scratch.folder)
    // Until the plan is announced, a signal might come before the program is prepared for it.
    while running.isRunning, try !running.standardError().contains("matrices to analyse") {
      try await Task.sleep(for: .milliseconds(5))
    }
    running.send(signal)
    await running.ended()
    #expect(!running.wasKilled && running.status == 130)
    let said = try running.standardError()
    #expect(said.contains("stopping; again to end at once\n"))
    let last = said.split(separator: "\n").last ?? ""
    #expect(last.hasPrefix("stopped; to continue: sigmascope ") && last.hasSuffix("--resume"))
    #expect(!scratch.exists("out"))
  }
}
