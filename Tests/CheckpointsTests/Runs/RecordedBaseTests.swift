import Checkpoints
import Testing

@Suite("The base that a run recorded") struct RecordedBaseTests {
  private let folder: TestFolder

  init() throws {
    folder = try TestFolder()
    try folder.writeModel("base")
    try folder.writeAdapter("run/checkpoint-1", base: "../../base")
  }

  private func fault(of base: String) throws -> String? {
    let run = try #require(try Discovery.runs(at: folder.path + "/run").first)
    return try run.fault(ofBase: ModelFolder(path: "\(folder.path)/\(base)"))
  }

  private func record() throws {
    let hash = try ModelFolder(path: folder.path + "/base").contentHash()
    try folder.write("run/run.json", text: #"{"base":"../base","base_hash":"\#(hash)"}"#)
  }

  @Test func `a base with its contents is it, wherever it lies`() throws {
    try record()
    try folder.writeModel("moved")
    #expect(try fault(of: "base") == nil)
    #expect(try fault(of: "moved") == nil)
  }

  @Test func `one with other weights of the same shapes is not`() throws {
    try record()
    try folder.writeModel("other")
    try folder.write(
      "other/model.safetensors", SafetensorsBytes.file([.init("q.weight", [2])]))
    let fault = try #require(try fault(of: "other"))
    #expect(fault.contains("/other' is not the one that was trained on, which was '../base'"))
  }

  @Test func `without a record nothing is said, and nothing is read`() throws {
    let run = try #require(try Discovery.runs(at: folder.path + "/run").first)
    let base = try ModelFolder(path: folder.path + "/base")
    let fault = run.fault(ofBase: base) {
      Issue.record("the base was read")
      return ""
    }
    #expect(fault == nil)
  }
}
