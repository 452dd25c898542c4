import Experiments
import Foundation
import Testing

/// Results on disk.
@Suite("Result files") struct ResultFileTests {
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("sigmascope-results-\(UUID().uuidString)")

  private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  @Test func `numbers that JSON does not know come back`() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = path("units/one.json")
    try ResultFile.write([0.1, .infinity, -.infinity, .nan], to: file)
    let found = try ResultFile.read([Double].self, from: file)
    #expect(found.prefix(3) == [0.1, .infinity, -.infinity] && found[3].isNaN)
  }

  @Test func `what is no result is told from what cannot be read`() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try ResultFile.write(["text"], to: path("one.json"))
    #expect(throws: ResultFile.Fault.foreign) {
      try ResultFile.read([Double].self, from: path("one.json"))
    }
    #expect(throws: ResultFile.Fault.unreadable("no such file or directory")) {
      try ResultFile.read([Double].self, from: path("none.json"))
    }
  }
}
