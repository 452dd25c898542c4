import Documents
import Foundation
import Testing

@Suite("What a folder that is written may replace") struct ReplacementTests {
  private let place: OutputPlace
  private let path: String

  init() throws {
    place = try OutputPlace()
    path = "\(place.path)/folder"
  }

  private func write(
    _ names: [String], replacing: AtomicFolder.Replaceable = .sameNames, text: String = "new"
  ) throws(OutputError) {
    try AtomicFolder.write(to: path, replacing: replacing) { (folder) throws(OutputError) in
      for name in names { try folder.write(text, to: name) }
    }
  }

  @Test(arguments: [AtomicFolder.Replaceable.sameNames, .marked])
  func `a folder with a file of others is kept, and the file is named`(
    replaceable: AtomicFolder.Replaceable
  ) throws {
    try write(["a", "deep/b"], replacing: replaceable, text: "old")
    try place.write("mine", to: "folder/deep/notes")
    #expect(throws: OutputError.holdsOthers(path: path, file: "deep/notes")) {
      try write(["a", "deep/b"], replacing: replaceable)
    }
    #expect(try place.text("folder/a") == "old")
    #expect(try place.text("folder/deep/notes") == "mine")
    #expect(try place.names == ["folder"])
  }

  @Test func `a marked folder may lose files that it lists`() throws {
    try write(["a", "b"], replacing: .marked)
    try write(["c"], replacing: .marked)
    #expect(
      try FileManager.default.subpathsOfDirectory(atPath: path).sorted() == [".sigmascope", "c"])
  }

  @Test func `an empty marker, of the first versions, stands for files of reports`() throws {
    try write(["metrics.csv", "plots/a.svg", ".sigmascope"])
    try place.write("", to: "folder/.sigmascope")
    try AtomicFolder.checkMarked(path)
    try place.write("mine", to: "folder/notes.md")
    #expect(throws: OutputError.holdsOthers(path: path, file: "notes.md")) {
      try AtomicFolder.checkMarked(path)
    }
  }

  @Test func `a file is not replaced by a folder`() throws {
    try place.write("mine", to: "folder")
    let error = OutputError.cannotWrite(path: path, reason: "not a directory")
    #expect(throws: error) { try write(["a"]) }
    #expect(try place.text("folder") == "mine")
  }

  @Test func `a symbolic link is followed`() throws {
    let manager = FileManager.default
    try manager.createDirectory(atPath: "\(place.path)/real", withIntermediateDirectories: false)
    try manager.createSymbolicLink(atPath: path, withDestinationPath: "real")
    try write(["a"])
    #expect(try manager.destinationOfSymbolicLink(atPath: path) == "real")
    #expect(try place.text("real/a") == "new")
    #expect(try place.names == ["folder", "real"])
  }

  @Test func `a symbolic link to nothing is refused before there is something to write`() throws {
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "nothing")
    let error = OutputError.cannotWrite(path: path, reason: "no such file or directory")
    #expect(throws: error) { try AtomicFolder.checkMarked(path) }
    #expect(throws: error) { try write(["a"]) }
    #expect(try place.names == ["folder"])
  }

  @Test func `a folder that a killed process moved aside gets its name back`() throws {
    let manager = FileManager.default
    let aside = "\(place.path)/.folder.0badcafe.tmp.old"
    try manager.createDirectory(atPath: aside, withIntermediateDirectories: false)
    try place.write("old", to: ".folder.0badcafe.tmp.old/a")
    try manager.createDirectory(
      atPath: "\(place.path)/.folder.0badcafe.tmp", withIntermediateDirectories: false)
    #expect(throws: OutputError.self) {
      try AtomicFolder.write(to: path) { (_) throws(OutputError) in
        throw OutputError.cannotWrite(path: "x", reason: "stopped")
      }
    }
    #expect(try place.text("folder/a") == "old")
    #expect(try place.names == ["folder"])
  }

  @Test func `only a folder of one's own is removed`() throws {
    try write(["a", "b"])
    #expect(throws: OutputError.holdsOthers(path: path, file: "b")) {
      try AtomicFolder.remove(path) { $0 == "a" }
    }
    #expect(try place.text("folder/a") == "new")
    try AtomicFolder.remove(path) { ["a", "b"].contains($0) }
    #expect(try place.names.isEmpty)
    try AtomicFolder.remove(path) { _ in true }
  }
}

@Suite("The lock of a folder") struct FolderLockTests {
  @Test func `a second one is refused until the first is released`() throws {
    let place = try OutputPlace()
    let path = "\(place.path)/deep/run"
    var first: FolderLock? = try FolderLock(path)
    #expect(throws: OutputError.inUse(path: path)) { try FolderLock(path) }
    withExtendedLifetime(first) {}
    first = nil
    let again = try FolderLock(path)
    withExtendedLifetime(again) {}
    #expect(try FileManager.default.contentsOfDirectory(atPath: path).isEmpty)
  }

  @Test func `a path that cannot be a folder is named with the system's reason`() throws {
    let place = try OutputPlace()
    try place.write("", to: "file")
    #expect(
      throws: OutputError.cannotWrite(path: "\(place.path)/file/run", reason: "not a directory")
    ) { try FolderLock("\(place.path)/file/run") }
  }
}
