import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Several processes with a share each, and one that writes the report.
@Suite("Shards of an analysis") struct ShardTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func arguments(_ name: String, _ options: String...) -> [String] {
    [
      "analyze", Fixtures.demo.appendingPathComponent("runs").path, "--base",
      Fixtures.demo.appendingPathComponent("base").path, "--no-cache", "--null-samples", "1",
      "--out", name,
    ] + options
  }

  /// The keys of all results in all journals of an analysis.
  private func keys(_ name: String) throws -> [Substring] {
    try scratch.files(in: "\(name).partial").values.flatMap { data in
      String(decoding: data, as: UTF8.self).split(separator: "\n").dropFirst()
        .compactMap { $0.split(separator: " ", maxSplits: 2).dropFirst().first }
    }
  }

  private func whole() async throws -> [String: Data] {
    let outcome = try await scratch.run(arguments("whole", "--quiet"))
    try #require(outcome.status == 0, "\(outcome.standardError)")
    return try Report.files(in: "whole", of: scratch)
  }

  private func merge(_ name: String) async throws -> (Sigmascope.Outcome, [String: Data]) {
    let merged = try await scratch.run(arguments(name, "--resume"))
    try #require(merged.status == 0, "\(merged.standardError)")
    return (merged, try Report.files(in: name, of: scratch))
  }

  @Test func `eight of them give the bytes of one process, and do nothing twice`() async throws {
    for index in 0..<8 {
      let shard = try await scratch.run(arguments("out", "--jobs", "1", "--shard", "\(index)/8"))
      try #require(shard.status == 0, "\(shard.standardError)")
      #expect(shard.standardOutput.contains("--out out --jobs 1 --resume"))
      #expect(!shard.standardOutput.contains("--shard"))
    }
    #expect(!scratch.exists("out"))
    let found = try keys("out")
    #expect(Set(found).count == found.count)
    let (merged, files) = try await merge("out")
    // Nothing was left to do.
    let line = try #require(merged.errorLines.first { $0.contains(" matrices were done before") })
    let numbers = line.split(separator: " ").compactMap { Int($0) }
    #expect(numbers.count == 2 && numbers[0] == numbers[1])
    #expect(Report.differences(try await whole(), files) == [])
    #expect(!scratch.exists("out.partial"))
  }

  @Test func `a killed one goes on where it was, and the report is the same`() async throws {
    // On a busy machine the shard may end before it is seen to have begun.
    for _ in 0..<40 {
      let running = try Sigmascope().start(
        arguments("out", "--jobs", "1", "--shard", "0/2"), in: scratch.folder)
      while running.isRunning, (try? keys("out").count) ?? 0 < 3 {
        try await Task.sleep(for: .milliseconds(2))
      }
      running.send(SIGKILL)
      await running.ended()
      if running.wasKilled { break }
      try scratch.remove("out.partial")
    }
    let before = try keys("out").count
    for index in 0..<2 {
      let shard = try await scratch.run(arguments("out", "--quiet", "--shard", "\(index)/2"))
      try #require(shard.status == 0, "\(shard.standardError)")
    }
    // The last line that the kill left may be a part of one.
    let found = try keys("out").filter { $0.count == 32 }
    #expect(found.count > before)
    #expect(found.count - Set(found).count <= 1)
    #expect(Report.differences(try await whole(), try await merge("out").1) == [])
  }

  @Test func `what lost shards have left is done with the report`() async throws {
    let shard = try await scratch.run(arguments("out", "--quiet", "--shard", "1/3"))
    try #require(shard.status == 0, "\(shard.standardError)")
    #expect(Report.differences(try await whole(), try await merge("out").1) == [])
  }

  @Test func `another number of shards does what is missing`() async throws {
    for share in ["0/3", "0/2", "1/2"] {
      let shard = try await scratch.run(arguments("out", "--quiet", "--shard", share))
      try #require(shard.status == 0, "\(shard.standardError)")
    }
    let found = try keys("out")
    // A part of a group may be divided otherwise, so that a path is made by both; no matrix is.
    #expect(Set(found).count == found.count)
    #expect(Report.differences(try await whole(), try await merge("out").1) == [])
  }

  @Test func `a comparison can be shared too`() async throws {
    let paths = [
      "compare", Fixtures.demo.appendingPathComponent("runs").path, "--base",
      Fixtures.demo.appendingPathComponent("base").path, "--no-cache", "--quiet",
    ]
    let whole = try await scratch.run(paths + ["--out", "whole"])
    try #require(whole.status == 0, "\(whole.standardError)")
    for index in 0..<2 {
      let shard = try await scratch.run(paths + ["--out", "out", "--shard", "\(index)/2"])
      try #require(shard.status == 0, "\(shard.standardError)")
    }
    #expect(!scratch.exists("out"))
    let merged = try await scratch.run(paths + ["--out", "out", "--resume"])
    try #require(merged.status == 0, "\(merged.standardError)")
    let tables = try scratch.files(in: "whole").filter { $0.key.hasSuffix(".csv") }
    try #require(!tables.isEmpty)
    for (name, data) in tables { #expect(try scratch.files(in: "out")[name] == data, "\(name)") }
  }

  @Test(arguments: [
    ["--shard", "3/3"], ["--shard", "x"], ["--shard", "0/2", "--watch"],
    ["--shard", "0/2", "--fail-on", "collapse"],
  ])
  func `a share that cannot be is a wrong command line`(options: [String]) async throws {
    let outcome = try await scratch.run(arguments("out") + options)
    #expect(outcome.status == 64)
    #expect(outcome.standardError.contains("--shard"))
  }
}
