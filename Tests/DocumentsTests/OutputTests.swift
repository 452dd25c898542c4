import Documents
import Foundation
import Testing

/// A folder for one test, removed afterwards.
final class OutputPlace {
  let path = FileManager.default.temporaryDirectory.path + "/documents-\(UUID().uuidString)"

  init() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
  }

  func text(_ name: String) throws -> String {
    try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)
  }

  func write(_ text: String, to name: String) throws {
    try text.write(toFile: "\(path)/\(name)", atomically: false, encoding: .utf8)
  }
}

@Suite("Files and folders that appear whole or not at all") struct AtomicOutputTests {
  private let place: OutputPlace

  init() throws { place = try OutputPlace() }

  /// Thrown to stop a write half way.
  private static let stop = OutputError.cannotWrite(path: "x", reason: "stopped")

  @Test func `a file is replaced, and nothing is left beside it`() throws {
    try AtomicFile.write("one", to: "\(place.path)/file")
    try AtomicFile.write("two", to: "\(place.path)/file")
    #expect(try place.text("file") == "two")
    #expect(try place.names == ["file"])
  }

  @Test func `pieces of a file follow one another`() throws {
    try AtomicFile.write(to: "\(place.path)/file") { (file) throws(OutputError) in
      try file.append([UInt8](0..<3))
      try file.append([Float]())
      try file.append([UInt16(0x0403).littleEndian])
    }
    let bytes = FileManager.default.contents(atPath: "\(place.path)/file")
    #expect(bytes.map([UInt8].init) == [0, 1, 2, 3, 4])
  }

  @Test func `a file is hidden until it is whole`() throws {
    try place.write("before", to: "file")
    try AtomicFile.write(to: "\(place.path)/file") { (file) throws(OutputError) in
      try file.append(Array("after".utf8))
      #expect((try? place.text("file")) == "before")
      #expect((try? place.names)?.filter { !$0.hasPrefix(".") } == ["file"])
    }
    #expect(try place.text("file") == "after")
  }

  @Test func `a file that fails half way leaves the one before`() throws {
    try place.write("before", to: "file")
    #expect(throws: Self.stop) {
      try AtomicFile.write(to: "\(place.path)/file") { (file) throws(OutputError) in
        try file.append([UInt8](repeating: 0, count: 1000))
        throw Self.stop
      }
    }
    #expect(try place.text("file") == "before")
    #expect(try place.names == ["file"])
  }

  @Test func `a folder is replaced whole`() throws {
    for text in ["one", "two"] {
      try AtomicFolder.write(to: "\(place.path)/folder") { (folder) throws(OutputError) in
        for name in ["a", "deep/b"] { try folder.write(text, to: name) }
      }
    }
    #expect(try place.text("folder/a") == "two")
    #expect(try place.text("folder/deep/b") == "two")
    #expect(try place.names == ["folder"])
  }

  @Test func `a folder that fails half way leaves the one before, and is named`() throws {
    let path = "\(place.path)/folder"
    try AtomicFolder.write(to: path) { (folder) throws(OutputError) in
      try folder.write("text", to: "a")
    }
    #expect(throws: OutputError.cannotWrite(path: path, reason: "stopped")) {
      try AtomicFolder.write(to: path) { (folder) throws(OutputError) in
        try folder.write("text", to: "b")
        throw Self.stop
      }
    }
    #expect(try FileManager.default.subpathsOfDirectory(atPath: path) == ["a"])
    #expect(try place.names == ["folder"])
  }

  @Test func `parents of a folder are made`() throws {
    try AtomicFolder.write(to: "\(place.path)/deep/folder") { (folder) throws(OutputError) in
      try folder.write("text", to: "a")
    }
    #expect(try place.text("deep/folder/a") == "text")
  }

  @Test(arguments: ["file", "folder"])
  func `what killed processes have left of a name is removed`(kind: String) throws {
    try FileManager.default.createDirectory(
      atPath: "\(place.path)/.name.0badcafe.tmp/half", withIntermediateDirectories: true)
    try place.write("half", to: ".name.deadbeef.tmp")
    // These belong to other names or do not match the pattern.
    let others = [".name.txt.deadbeef.tmp", ".name.tmp", ".names.deadbeef.tmp", ".name.old"]
    for other in others { try place.write("mine", to: other) }
    if kind == "file" {
      try AtomicFile.write("text", to: "\(place.path)/name")
    } else {
      try AtomicFolder.write(to: "\(place.path)/name") { _ in }
    }
    #expect(try Set(place.names) == Set(others + ["name"]))
  }

  @Test func `what another writer is at is left alone`() throws {
    let path = "\(place.path)/file"
    try AtomicFile.write(to: path) { (file) throws(OutputError) in
      try file.append(Array("outer".utf8))
      try AtomicFile.write("inner", to: path)
      #expect((try? place.text("file")) == "inner")
    }
    #expect(try place.text("file") == "outer")
  }

  @Test(arguments: ["file/inside", "missing/file"])
  func `a file that cannot be made is named with the system's reason`(name: String) throws {
    try place.write("", to: "file")
    let path = "\(place.path)/\(name)"
    let reason = name == "file/inside" ? "not a directory" : "no such file or directory"
    let error = #expect(throws: OutputError.self) { try AtomicFile.write("text", to: path) }
    #expect(error == .cannotWrite(path: path, reason: reason))
    #expect(
      error?.description
        == "'\(path)' cannot be written (\(reason)): give another folder with --out"
    )
  }

  @Test func `an error of Foundation keeps the system's words`() throws {
    try place.write("", to: "file")
    let path = "\(place.path)/file/folder"
    let error = #expect(throws: OutputError.self) {
      try OutputError.naming(path) { try Data().write(to: URL(fileURLWithPath: path)) }
    }
    #expect(error == .cannotWrite(path: path, reason: "not a directory"))
    #expect(
      OutputError(POSIXError(.ENOSPC), writing: "p")
        == .cannotWrite(path: "p", reason: "no space left on device"))
  }
}
