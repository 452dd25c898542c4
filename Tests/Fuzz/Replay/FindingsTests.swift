import Foundation
import FuzzTargets
import Testing

/// Every input that once broke a reader is read again. A trap ends the tests.
@Suite("Findings of fuzzing") struct FindingsTests {
  private static let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("corpus")

  @Test(arguments: FuzzTargets.all.map { $0.name })
  func `findings of the past are read or refused`(name: String) throws {
    let target = try #require(FuzzTargets.all.first { $0.name == name })
    let folder = try FuzzFolder(in: NSTemporaryDirectory())
    defer { folder.remove() }
    let files = try FileManager.default.contentsOfDirectory(
      at: Self.corpus.appendingPathComponent(name), includingPropertiesForKeys: nil)
    #expect(!files.isEmpty)
    for file in files { FuzzTargets.run(target, [UInt8](try Data(contentsOf: file)), in: folder) }
  }
}
