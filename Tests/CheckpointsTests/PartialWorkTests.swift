import Checkpoints
import Documents
import Foundation
import Testing

/// What a stopped command keeps beside its result.
@Suite("Partial work") struct PartialWorkTests {
  private let folder: TestFolder
  private var out: String { "\(folder.path)/out" }

  init() throws { folder = try TestFolder() }

  private struct Stop: Error {}

  /// Work that finishes parts and is then stopped.
  private func stop(after parts: [String: [UInt8]], fingerprint: String = "a") async throws {
    let work = try PartialWork(for: out, fingerprint: fingerprint, resuming: false)
    await #expect(throws: Stop.self) {
      try await work.publishing {
        for (key, bytes) in parts { try work.add(bytes, of: key) }
        try work.write([1, 2], to: "half")
        throw Stop()
      }
    }
  }

  @Test func `finished parts are found again, whatever their names and bytes are`() async throws {
    let parts: [String: [UInt8]] = ["a\nb": [10, 10, 0], "": [], "c d": Array(0...255)]
    try await stop(after: parts)
    let work = try PartialWork(for: out, fingerprint: "a", resuming: true)
    for (key, bytes) in parts { #expect(try work.record(of: key) == bytes) }
    #expect(try work.record(of: "e") == nil)
    #expect(work.discarded == nil)
  }

  @Test
  func `a record that was cut off or changed ends the journal, and the work goes on behind it`()
    async throws
  {
    try await stop(after: ["a": [1, 2, 3]])
    let journal = URL(fileURLWithPath: "\(out).partial/journal")
    let whole = try Data(contentsOf: journal)
    for damaged in [whole.dropLast(2), whole.dropLast(3) + Data([9]) + whole.suffix(2)] {
      try Data(damaged).write(to: journal)
      let work = try PartialWork(for: out, fingerprint: "a", resuming: true)
      #expect(try work.record(of: "a") == nil)
      try work.add([7], of: "b")
      #expect(try work.record(of: "b") == [7])
    }
  }

  @Test func `work of another fingerprint is not taken, and neither is work that is not wanted`()
    async throws
  {
    try await stop(after: ["a": [1]])
    let unwanted = try PartialWork(for: out, fingerprint: "a", resuming: false)
    #expect(unwanted.discarded == .unwanted && !unwanted.holdsParts)
    #expect(!FileManager.default.fileExists(atPath: "\(unwanted.files)/half"))
    _ = consume unwanted
    try await stop(after: ["a": [1]])
    let foreign = try PartialWork(for: out, fingerprint: "b", resuming: true)
    #expect(foreign.discarded == .foreign && !foreign.holdsParts)
  }

  @Test func `the files become the result, and nothing else is left`() async throws {
    let work = try PartialWork(for: out, fingerprint: "a", resuming: false)
    try await work.publishing {
      try work.add([1], of: "a")
      try work.write([1, 2], to: "file")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["out"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: out) == ["file"])
    #expect(throws: OutputError.exists(path: out)) {
      try PartialWork(for: out, fingerprint: "a", resuming: true)
    }
  }

  @Test func `a journal beside a result that is there is removed`() async throws {
    try await stop(after: ["a": [1]])
    try FileManager.default.moveItem(atPath: "\(out).partial/files", toPath: out)
    #expect(throws: OutputError.exists(path: out)) { try PartialWork.checkAbsent(out) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["out"])
  }

  @Test func `what this program did not write is left alone`() throws {
    try FileManager.default.createDirectory(
      atPath: "\(out).partial", withIntermediateDirectories: true)
    try Data("mine".utf8).write(to: URL(fileURLWithPath: "\(out).partial/journal"))
    #expect(throws: OutputError.holdsOthers(path: "\(out).partial", file: "journal")) {
      try PartialWork(for: out, fingerprint: "a", resuming: false)
    }
    #expect(
      try String(contentsOfFile: "\(out).partial/journal", encoding: .utf8) == "mine")
  }

  private struct Wrong: BadInput {
    let description = "wrong"
  }

  @Test func `bad input leaves nothing to continue, but what could not be read does`() async throws
  {
    for (error, isKept) in [
      (CheckpointError.unreadable(path: "base", reason: "input/output error") as any Error, true),
      (Wrong(), false),
    ] {
      let work = try PartialWork(for: out, fingerprint: "a", resuming: false)
      await #expect(throws: (any Error).self) {
        try await work.publishing {
          try work.add([1], of: "a")
          throw error
        }
      }
      #expect(work.holdsParts == isKept)
      #expect(FileManager.default.fileExists(atPath: "\(out).partial") == isKept)
    }
  }

  @Test func `work that fails before a part is finished leaves nothing`() async throws {
    try await stop(after: [:])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test func `two processes do not work on one result`() throws {
    let work = try PartialWork(for: out, fingerprint: "a", resuming: false)
    #expect(throws: OutputError.inUse(path: out)) {
      try PartialWork(for: out, fingerprint: "a", resuming: true)
    }
    #expect(!work.holdsParts)
  }
}
