import Checkpoints
import Foundation
import Testing

@Suite("Hub cache") struct HubCacheTests {
  private static let repository = "hub/models--org--name"

  /// A cache of one model with two commits.
  private func cache() throws -> TestFolder {
    let folder = try TestFolder()
    try folder.write(Self.repository + "/refs/main", text: "abc123\n")
    try folder.write(Self.repository + "/refs/v1", text: "def456")
    try folder.write(Self.repository + "/snapshots/abc123/config.json", text: "{}")
    try folder.write(Self.repository + "/snapshots/def456/config.json", text: "{}")
    return folder
  }

  private func resolve(
    _ name: String, in folder: TestFolder, relativeTo: String? = nil
  ) throws -> String {
    try HubCache.resolve(
      name, relativeTo: relativeTo, environment: ["HF_HOME": folder.path, "HOME": "/nowhere"])
  }

  @Test(arguments: [
    ("org/name", "abc123"), ("org/name@v1", "def456"), ("org/name@def456", "def456"),
    ("org/name@def", "def456"), ("org/name@main", "abc123"),
  ])
  func `a name is found with its revision`(name: String, commit: String) throws {
    let folder = try cache()
    #expect(
      try resolve(name, in: folder) == folder.path + "/" + Self.repository + "/snapshots/" + commit)
  }

  @Test func `a relative path is named so that it means the same elsewhere, a repository as it is`()
    throws
  {
    let folder = try cache()
    try folder.write("models/base/config.json", text: "{}")
    try folder.write("adapter/x", text: "")
    let name = { HubCache.name($0, relativeTo: "\(folder.path)/adapter", environment: [:]) }
    #expect(name("../models/base").hasSuffix("/models/base"))
    #expect(name("../models/base").hasPrefix("/") && !name("../models/base").contains(".."))
    for other in ["org/name", "org/name@v1", "\(folder.path)/models/../models/base", "../gone"] {
      #expect(name(other) == other)
    }
  }

  @Test func `a path that goes up is shown without going up, unless a link is on its way`() throws {
    let folder = try TestFolder()
    try folder.write("base/config.json", text: "{}")
    try folder.write("runs/a/checkpoint-1/x", text: "")
    try folder.write("elsewhere/deep/x", text: "")
    try folder.write("elsewhere/base/config.json", text: "{}")
    let checkpoint = folder.path + "/runs/a/checkpoint-1"
    #expect(
      try resolve("../../../base", in: folder, relativeTo: checkpoint) == folder.path + "/base")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/link", withDestinationPath: folder.path + "/elsewhere/deep")
    let path = try resolve("../base", in: folder, relativeTo: folder.path + "/link")
    #expect(path == folder.path + "/link/../base")
  }

  @Test func `the folder of a repository stands for its main snapshot`() throws {
    let folder = try cache()
    let repository = folder.path + "/" + Self.repository
    #expect(try resolve(repository, in: folder) == repository + "/snapshots/abc123")
  }

  @Test func `a snapshot of links into blobs is read`() throws {
    let folder = try cache()
    let repository = folder.path + "/" + Self.repository
    try folder.write(
      Self.repository + "/blobs/f00", SafetensorsBytes.file([.init("a.weight", [1], floats: [3])]))
    try FileManager.default.createSymbolicLink(
      atPath: repository + "/snapshots/abc123/model.safetensors",
      withDestinationPath: "../../blobs/f00")
    let model = try ModelFolder(path: resolve("org/name", in: folder))
    #expect(try model.weight(named: "a").doubles() == [3])
  }

  @Test func `a path is itself`() throws {
    let folder = try cache()
    let snapshot = folder.path + "/" + Self.repository + "/snapshots/def456"
    #expect(try resolve(snapshot, in: folder) == snapshot)
  }

  @Test func `a relative path starts from the folder that names it`() throws {
    let folder = try TestFolder()
    try folder.makeFolder("base")
    #expect(
      try resolve("../base", in: folder, relativeTo: folder.path + "/base")
        == folder.path + "/base")
  }

  @Test(arguments: [("HF_HUB_CACHE", "/hub"), ("HF_HOME", ""), ("HOME", "/home")])
  func `each variable leads to its cache`(variable: String, ending: String) throws {
    let folder = try TestFolder()
    let hub = variable == "HOME" ? "home/.cache/huggingface/hub" : "hub"
    try folder.write(hub + "/models--gpt2/snapshots/a/config.json", text: "{}")
    #expect(
      try HubCache.resolve(
        "gpt2", relativeTo: nil, environment: [variable: folder.path + ending])
        == folder.path + "/" + hub + "/models--gpt2/snapshots/a")
  }

  @Test func `a model that is not there is answered with what was tried`() throws {
    #expect(
      throws: CheckpointError.modelNotFound(
        name: "org/none",
        tried: [
          "/runs/org/none", "org/none", "/cache/models--org--none/snapshots/main",
          "/home/user/.cache/huggingface/hub/models--org--none/snapshots/main",
        ])
    ) {
      try HubCache.resolve(
        "org/none", relativeTo: "/runs",
        environment: ["HF_HUB_CACHE": "/cache", "HOME": "/home/user"])
    }
  }

  @Test(arguments: ["org/name@../../../secret", "../name@v1", "a/b/c"])
  func `a name that leads out of the cache is not looked up`(name: String) throws {
    let folder = try cache()
    let error = #expect(throws: CheckpointError.self) { try resolve(name, in: folder) }
    #expect(error == .modelNotFound(name: name, tried: [name]))
  }
}
