import Checkpoints
import Documents
import Foundation
import Testing
import Training

@Suite("The small files of a model") struct ModelTextsTests {
  @Test func `a tokenizer that is overwritten after it was read is used as it was`() throws {
    let folder = try TokenizerFolder("qwen2", replacing: #""!":0,"#, by: #""!":0,"#)
    let texts = try ModelTexts(folder: folder.path)
    let before = try TokenizerReader.tokenizer(texts)
    try folder.write("tokenizer.json", "{}")
    let after = try TokenizerReader.tokenizer(texts)
    #expect(after.json() == before.json())
    #expect(throws: TokenizerError.self) { try TokenizerReader.tokenizer(in: folder.path) }
  }

  @Test func `the hash of a model is that of the files as they were read`() throws {
    let base = TokenizerFixtures.demonstrationBase
    let folder = try TokenizerFolder()
    for name in ["config.json", "tokenizer.json", "tokenizer_config.json"] {
      try folder.write(name, String(contentsOfFile: "\(base)/\(name)", encoding: .utf8))
    }
    let model = try ModelFolder(path: base)
    let hash = try model.contentHash(with: ModelTexts(folder: base))
    let texts = try ModelTexts(folder: folder.path)
    try folder.write("tokenizer.json", "{}")
    #expect(try model.contentHash(with: texts) == hash)
    #expect(try model.contentHash(with: ModelTexts(folder: folder.path)) != hash)
  }

  @Test func `a file that is there but cannot be read is no missing one`() throws {
    let folder = try TokenizerFolder()
    #expect(try ModelTexts(folder: folder.path).bytes(of: "config.json") == nil)
    try folder.write("tokenizer.json", "{}")
    #expect(try ModelTexts(folder: folder.path).bytes(of: "tokenizer.json") == Array("{}".utf8))
    try FileManager.default.createDirectory(
      atPath: folder.path + "/config.json", withIntermediateDirectories: false)
    #expect(throws: TextFile.Fault.self) { try ModelTexts(folder: folder.path) }
  }
}
