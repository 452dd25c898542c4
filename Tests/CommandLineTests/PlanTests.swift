import Foundation
import Testing

/// `analyze --plan` says what an analysis would take and does nothing else.
@Suite("Plan of an analysis") struct PlanTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private static let paths = [
    Fixtures.demo.appendingPathComponent("runs").path,
    "--base", Fixtures.demo.appendingPathComponent("base").path,
  ]

  @Test func `says matrices, operations, bytes, memory and time, and writes nothing`() async throws
  {
    let planned = try await scratch.run(["analyze"] + Self.paths + ["--plan"])
    #expect(planned.status == 0, "\(planned.standardError)")
    for name in ["matrices", "operations", "to read", "memory", "time", "longest"] {
      #expect(
        planned.standardOutput.contains("\n\(name) ") || planned.standardOutput.hasPrefix(name))
    }
    #expect(planned.standardOutput.hasSuffix("Nothing was computed or written.\n"))
    #expect(!scratch.exists("sigmascope-report") && !scratch.exists("sigmascope-report.partial"))
  }

  @Test(arguments: [["--resume"], ["--watch"], ["--fail-on", "collapse"]])
  func `is refused with what needs results`(_ option: [String]) async throws {
    let refused = try await scratch.run(["analyze"] + Self.paths + ["--plan"] + option)
    #expect(refused.status == 64)
    #expect(refused.standardError.contains("--plan computes nothing"))
  }

  @Test func `says that the analysis would be refused, and with what it would not`() async throws {
    let planned = try await scratch.run(["analyze"] + Self.paths + ["--plan", "--memory", "1M"])
    #expect(planned.status == 0)
    let line = try #require(
      planned.standardOutput.split(separator: "\n").first { $0.hasPrefix("refused ") })
    let enough = try #require(line.firstMatch(of: /give --memory (\d+M)/)).1
    let again = try await scratch.run(
      ["analyze"] + Self.paths + ["--plan", "--memory", String(enough)])
    #expect(!again.standardOutput.contains("refused"))
  }

  @Test func `finds the same faults as the analysis`() async throws {
    let refused = try await scratch.run(
      ["analyze"] + Self.paths + ["--plan", "--modules", "no_such_module"])
    #expect(refused.status == 65)
  }
}
