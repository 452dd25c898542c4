import Foundation
import Testing

/// The same checkpoints give the same bytes, however they were computed.
@Suite("Determinism") struct DeterminismTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// The report of the demonstration's runs. The command line is a part of it; what differs there on
  /// purpose is left out.
  private func report(_ name: String, _ options: String...) async throws -> [String: Data] {
    let outcome = try await scratch.run(
      ["analyze", Fixtures.demo.appendingPathComponent("runs").path, "--quiet"]
        + ["--base", Fixtures.demo.appendingPathComponent("base").path]
        + ["--null-samples", "1", "--out", name] + options)
    try #require(outcome.status == 0, "\(outcome.standardError)")
    return try Report.files(in: name, of: scratch)
  }

  @Test func `one job and two write the same bytes`() async throws {
    let one = try await report("one", "--jobs", "1", "--no-cache")
    let two = try await report("two", "--jobs", "2", "--no-cache")
    #expect(Report.differences(one, two) == [])
  }

  @Test func `a warm cache and a cold one write the same bytes`() async throws {
    let cold = try await report("cold")
    let warm = try await report("warm")
    #expect(Report.differences(cold, warm) == [])
  }

  @Test func `no cache and a warm one write the same bytes`() async throws {
    let none = try await report("none", "--no-cache")
    _ = try await report("cold")
    let warm = try await report("warm")
    #expect(Report.differences(none, warm) == [])
  }

  @Test func `a damaged cache writes the same bytes`() async throws {
    let cold = try await report("cold")
    for name in try FileManager.default.contentsOfDirectory(atPath: scratch.path("cache")) {
      let file = "cache/\(name)"
      try scratch.write(file, Data(contentsOf: scratch.url(file)).dropLast(8))
    }
    let repaired = try await report("repaired")
    #expect(Report.differences(cold, repaired) == [])
  }

  @Test func `little memory writes the same bytes`() async throws {
    let much = try await report("much", "--memory", "8G")
    // The least that is not refused: one matrix at a time.
    let refused = try await scratch.run(
      ["analyze", Fixtures.demo.appendingPathComponent("runs").path, "--quiet", "--memory", "1M"]
        + ["--base", Fixtures.demo.appendingPathComponent("base").path, "--out", "little"])
    let least = try #require(refused.standardError.firstMatch(of: /give --memory (\d+M)/)).1
    let little = try await report("little", "--memory", String(least))
    #expect(Report.differences(much, little) == [])
  }

  @Test func `no cache leaves none behind`() async throws {
    _ = try await report("none", "--no-cache")
    #expect(!scratch.exists("cache"))
  }
}

/// A written report, to be compared.
enum Report {
  /// The files by name, without the command line that made them.
  static func files(in name: String, of scratch: Scratch) throws -> [String: Data] {
    var files = try scratch.files(in: name)
    let summary = try #require(files["summary.json"])
    var fields = try #require(
      try JSONSerialization.jsonObject(with: summary) as? [String: Any])
    let command = try #require(fields.removeValue(forKey: "command") as? [String])
    files["summary.json"] = try JSONSerialization.data(
      withJSONObject: fields, options: [.sortedKeys])
    let page = String(decoding: try #require(files["report.html"]), as: UTF8.self)
    let line = command.joined(separator: " ")
    try #require(page.contains(line))
    files["report.html"] = Data(page.replacingOccurrences(of: line, with: "").utf8)
    return files
  }

  /// The names of files that differ or that only one of the reports has.
  static func differences(_ one: [String: Data], _ other: [String: Data]) -> [String] {
    Set(one.keys).union(other.keys).filter { one[$0] != other[$0] }.sorted()
  }
}
