import Foundation
import Testing

/// What is wrong with a file of the cache makes it a miss, never other numbers.
@Suite("The cache of bases") struct CacheTests {
  private let scratch: Scratch
  private let adapter: String

  init() throws {
    scratch = try Scratch()
    adapter = try scratch.copyAdapter("lora")
  }

  private func report(_ name: String) async throws -> [String: Data] {
    let outcome = try await scratch.run("analyze", adapter, "--quiet", "--out", name)
    try #require(outcome.status == 0, "\(outcome.standardError)")
    return try Report.files(in: name, of: scratch)
  }

  private var cached: [String] {
    get throws { try scratch.files(in: "cache").keys.filter { $0.hasSuffix(".safetensors") } }
  }

  /// Changes every file in the same way.
  private func damage(_ change: (inout Data) -> Void) throws {
    for name in try cached {
      var data = try Data(contentsOf: scratch.url("cache/\(name)"))
      change(&data)
      try scratch.write("cache/\(name)", data)
    }
  }

  @Test func `a bit that flipped anywhere changes no number and is mended`() async throws {
    let clean = try await report("clean")
    try #require(try !cached.isEmpty)
    var generator = SeededGenerator(seed: 3)
    for round in 0..<12 {
      try damage { data in
        let place = Int.random(in: 0..<data.count, using: &generator)
        data[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      }
      #expect(Report.differences(clean, try await report("again")) == [], "round \(round)")
    }
    let mended = try scratch.files(in: "cache")
    #expect(Report.differences(clean, try await report("again")) == [])
    #expect(try scratch.files(in: "cache") == mended)
  }

  @Test func `numbers that became NaN are a miss`() async throws {
    let clean = try await report("clean")
    let nan = bytesOfNaN()
    try damage { data in data.replaceSubrange(data.count - 24..<data.count, with: nan) }
    #expect(Report.differences(clean, try await report("again")) == [])
  }

  @Test func `a file that is another's is a miss`() async throws {
    let clean = try await report("clean")
    let names = try cached.sorted()
    let first = try Data(contentsOf: scratch.url("cache/\(names[0])"))
    for name in names.dropFirst() { try scratch.write("cache/\(name)", first) }
    #expect(Report.differences(clean, try await report("again")) == [])
  }

  @Test func `the limit removes what killed runs left, and nothing of others`() async throws {
    _ = try await report("clean")
    let name = try #require(try cached.first)
    try scratch.write("cache/.\(name).0badcafe.tmp", text: "half")
    try scratch.write("cache/model.safetensors", text: "mine")
    let outcome = try await scratch.run(
      "analyze", adapter, "--quiet", "--out", "again", "--cache-limit", "1")
    #expect(outcome.status == 0)
    #expect(try scratch.files(in: "cache") == ["model.safetensors": Data("mine".utf8)])
  }

  /// Three doubles that are NaN.
  private func bytesOfNaN() -> [UInt8] {
    (0..<3).flatMap { _ in
      (0..<8).map { UInt8(truncatingIfNeeded: Double.nan.bitPattern >> (8 * $0)) }
    }
  }
}
