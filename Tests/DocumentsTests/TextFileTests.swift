import Documents
import Foundation
import Testing

@Suite("Whole files") struct TextFileTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("sigmascope-text-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  @Test func `a file of any length is read whole`() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("file").path
    for count in [0, 1, 65_536, 200_001] {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      #expect(try TextFile.bytes(of: path) == bytes)
      #expect(try TextFile.bytes(ifAt: path) == bytes)
    }
  }

  @Test func `a file may be missing, but what cannot be read does not count as missing`() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(try TextFile.bytes(ifAt: folder.path + "/absent") == nil)
    #expect(throws: TextFile.Fault.self) { try TextFile.bytes(of: folder.path + "/absent") }
    for path in [folder.path, "/dev/zero"] {
      let fault = #expect(throws: TextFile.Fault.self) { try TextFile.bytes(ifAt: path) }
      #expect(fault?.description == "'\(path)' cannot be read: not a regular file")
    }
  }
}
