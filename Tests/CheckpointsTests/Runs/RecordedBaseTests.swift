import Checkpoints
import Documents
import Testing

@Suite("The base that a run recorded") struct RecordedBaseTests {
  private let folder: TestFolder

  init() throws {
    folder = try TestFolder()
    try folder.writeModel("base")
    try folder.writeAdapter("run/checkpoint-1", base: "../../base")
  }

  private func doubt(about base: String) throws -> BaseDoubt? {
    let run = try #require(try Discovery.runs(at: folder.path + "/run").first)
    var hashes = ContentHashes()
    return try run.doubt(about: ModelFolder(path: "\(folder.path)/\(base)"), &hashes)
  }

  private func writeOther(_ name: String, _ bytes: [UInt8]) throws {
    try folder.writeModel(name)
    try folder.write("\(name)/model.safetensors", bytes)
  }

  private func record() throws {
    let hash = try ModelFolder(path: folder.path + "/base").contentHash()
    try folder.write("run/run.json", text: #"{"base":"../base","base_hash":"\#(hash)"}"#)
  }

  @Test func `a base with its contents is it, wherever it lies`() throws {
    try record()
    try folder.writeModel("moved")
    #expect(try doubt(about: "base") == nil)
    #expect(try doubt(about: "moved") == nil)
  }

  @Test func `one with other weights of the same shapes is not`() throws {
    try record()
    try writeOther("other", SafetensorsBytes.file([.init("q.weight", [2])]))
    let doubt = try #require(try doubt(about: "other"))
    #expect(doubt.isCertain && doubt.isWarning)
    #expect(doubt.fact.contains("/other' is not the one that was trained on, which was '../base'"))
  }

  @Test func `a copy with another tokenizer is told, and is no other base`() throws {
    try record()
    try folder.writeModel("copy")
    try folder.write("copy/tokenizer_config.json", text: #"{"added":true}"#)
    let doubt = try #require(try doubt(about: "copy"))
    #expect(!doubt.isCertain && !doubt.isWarning)
    #expect(doubt.note.contains("has the weights that were trained on, but another configuration"))
    // In the base itself only the record is left to compare with, and that is one hash of all.
    try folder.write("base/tokenizer_config.json", text: #"{"added":true}"#)
    let own = try #require(try self.doubt(about: "base"))
    #expect(!own.isCertain && own.isWarning)
  }

  @Test func `what to do is said as the command takes its base`() throws {
    try record()
    try writeOther("other", SafetensorsBytes.file([.init("q.weight", [2])]))
    let doubt = try #require(try doubt(about: "other"))
    #expect(doubt.note.hasSuffix("; give that base with --base"))
    BaseAdvice.$words.withValue("as the first argument") {
      #expect(doubt.note.hasSuffix("; give that base as the first argument"))
    }
  }

  @Test func `without a record, another base than the run names is said`() throws {
    #expect(try doubt(about: "base") == nil)
    try writeOther(
      "other", SafetensorsBytes.file([.init("q.weight", [1], filledWith: 0.5)]))
    let doubt = try #require(try doubt(about: "other"))
    #expect(!doubt.isCertain && doubt.isWarning)
    #expect(doubt.note.hasPrefix("the run names the base '../../base'; '"))
    #expect(doubt.note.hasSuffix("/other', which has other weights, was taken"))
  }

  @Test func `a copy of the base that the run names is it, also in another type`() throws {
    for name in ["base", "copy"] {
      try writeOther(name, SafetensorsBytes.file([.init("q.weight", [1], filledWith: 0.1)]))
    }
    // 0.1 in bfloat16.
    try writeOther(
      "rounded", SafetensorsBytes.file([.init("q.weight", "BF16", [1], [0xCD, 0x3D])]))
    #expect(try doubt(about: "copy") == nil)
    #expect(try doubt(about: "rounded") == nil)
  }

  @Test func `a name of something that is not here tells little`() throws {
    try folder.writeAdapter("run/checkpoint-1", base: "/elsewhere/models/base")
    #expect(try doubt(about: "base") == nil)
    try folder.writeModel("other")
    let doubt = try #require(try doubt(about: "other"))
    #expect(!doubt.isCertain && !doubt.isWarning && doubt.warning == nil)
    #expect(doubt.note.contains("'/elsewhere/models/base', which cannot be read here; '"))
  }

  @Test func `without a record nothing is said, and nothing is read`() throws {
    let run = try #require(try Discovery.runs(at: folder.path + "/run").first)
    let base = try ModelFolder(path: folder.path + "/base")
    let doubt = run.doubt(about: base) {
      Issue.record("the base was read")
      return ""
    }
    #expect(doubt == nil)
  }
}
