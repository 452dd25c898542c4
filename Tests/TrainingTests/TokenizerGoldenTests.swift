import Checkpoints
import Documents
import Testing
import Training

/// Against the `tokenizers` library (`Tests/Fixtures/training/tokenizers/make_tokenizers.py`).
@Suite("Byte-pair tokenizers") struct TokenizerGoldenTests {
  static let kinds = ["gpt2", "qwen2", "llama3", "digits", "pieces"]

  private func tokenizer(_ kind: String) throws -> any Tokenizer {
    try TokenizerReader.tokenizer(in: TokenizerFixtures.folder(kind))
  }

  private func texts() throws -> [String] {
    try #require(try TokenizerFixtures.golden()["texts"]?.array).compactMap(\.string)
  }

  @Test(arguments: kinds) func `a text becomes the tokens of the library`(kind: String) throws {
    let golden = try #require(try TokenizerFixtures.golden()["kinds"]?[kind]?["ids"]?.array)
    let tokenizer = try tokenizer(kind)
    let texts = try texts()
    #expect(texts.count == golden.count && texts.count >= 60)
    for (text, ids) in zip(texts, golden) {
      let expected = try #require(ids.array).compactMap(\.integer)
      #expect(try tokenizer.encode(text) == expected, "\(text.debugDescription)")
    }
  }

  @Test(arguments: ["gpt2", "qwen2", "llama3", "pieces"])
  func `decoding what was encoded gives the text back`(kind: String) throws {
    let tokenizer = try tokenizer(kind)
    for text in try texts() {
      let back = tokenizer.decode(try tokenizer.encode(text))
      #expect(back.unicodeScalars.elementsEqual(text.unicodeScalars), "\(text.debugDescription)")
    }
  }

  @Test(arguments: kinds) func `the vocabulary counts added tokens`(kind: String) throws {
    let size = try TokenizerFixtures.golden()["kinds"]?[kind]?["size"]?.integer
    #expect(try tokenizer(kind).vocabularySize == size)
  }

  @Test func `the end token is the one the configuration names`() throws {
    let tokenizer = try tokenizer("qwen2")
    #expect(try tokenizer.encode("<|end|>") == [tokenizer.endToken])
    #expect(tokenizer.paddingToken == nil)
  }

  @Test func `the begin token is the one the template starts with`() throws {
    let tokenizer = try tokenizer("llama3")
    #expect(try tokenizer.encode("<|begin|>") == [try #require(tokenizer.beginToken)])
    #expect(try self.tokenizer("qwen2").beginToken == nil)
  }

  @Test func `half a character decodes to the replacement character`() throws {
    let tokenizer = try tokenizer("gpt2")
    let tokens = try tokenizer.encode("😀")
    #expect(tokenizer.decode(Array(tokens.dropLast())) == "\u{FFFD}")
  }

  @Test(arguments: [-1, 1_000_000]) func `no token decodes to the replacement character`(
    token: Int
  ) throws {
    #expect(try tokenizer("gpt2").decode([token]) == "\u{FFFD}")
  }

  @Test(arguments: kinds) func `a tokenizer written and read again is the same`(
    kind: String
  ) throws {
    let tokenizer = try tokenizer(kind)
    let folder = try TokenizerFolder()
    try TokenizerWriter.write(tokenizer, to: folder.path)
    let again = try TokenizerReader.tokenizer(in: folder.path)
    #expect(again.json() == tokenizer.json())
    #expect(again.configurationJSON() == tokenizer.configurationJSON())
  }

  @Test(arguments: ["e\u{301}", "\u{212B}", "\u{1100}\u{1161}", "q\u{307}\u{323}"])
  func `text outside normal form C is refused where the file wants it`(text: String) throws {
    let tokenizer = try tokenizer("qwen2")
    #expect(throws: TokenizerError.self) { try tokenizer.encode("a" + text) }
    #expect(throws: Never.self) { try self.tokenizer("llama3").encode("a" + text) }
  }
}
