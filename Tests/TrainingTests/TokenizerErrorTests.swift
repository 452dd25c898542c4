import Testing
import Training

@Suite("Tokenizers that cannot be read") struct TokenizerErrorTests {
  private func message(_ folder: TokenizerFolder) -> String {
    do {
      _ = try TokenizerReader.tokenizer(in: folder.path)
      return "read"
    } catch {
      return error.description
    }
  }

  @Test(arguments: [
    (#""type":"BPE""#, #""type":"Unigram""#, "Unigram"),
    (#""type":"BPE""#, #""type":"WordPiece""#, "WordPiece"),
    (#""byte_fallback":false"#, #""byte_fallback":true"#, "the normaliser"),
    (#"\\p{N}|"#, #"\\p{N}{1,2}|"#, "the split pattern is"),
    (#"{"type":"NFC"}"#, #"{"type":"Lowercase"}"#, "Lowercase"),
    (#""type":"ByteLevel","#, #""type":"Metaspace","#, "the pre-tokenizer"),
    (#""dropout":null"#, #""dropout":0.1"#, "'dropout'"),
    (#""end_of_word_suffix":null"#, #""end_of_word_suffix":"</w>""#, "'end_of_word_suffix'"),
    (#""lstrip":false"#, #""lstrip":true"#, "'lstrip'"),
  ])
  func `a kind that is not known is named with its file`(
    old: String, new: String, fact: String
  ) throws {
    let folder = try TokenizerFolder("qwen2", replacing: old, by: new)
    let message = message(folder)
    #expect(message.contains(fact), "\(message)")
    #expect(message.contains("/tokenizer.json'"), "\(message)")
    #expect(message.contains("not supported"), "\(message)")
  }

  @Test(arguments: [
    (#"["t","h"]"#, #"["t","zzzz"]"#, "model.merges[0]"),
    (#""!":0,"#, #""!":-1,"#, "model.vocab.!"),
    (#""!":0,"#, #""!":1,"#, "model.vocab."),
    (#""!":0,"#, #""!":99999999999,"#, "model.vocab.!"),
  ])
  func `a malformed value is named with its key`(old: String, new: String, key: String) throws {
    let message = message(try TokenizerFolder("qwen2", replacing: old, by: new))
    #expect(message.contains(key), "\(message)")
  }

  @Test func `a folder without a tokenizer is named`() throws {
    let folder = try TokenizerFolder()
    #expect(throws: TokenizerError.notFound(folder: folder.path)) {
      try TokenizerReader.tokenizer(in: folder.path)
    }
  }

  @Test func `a SentencePiece model is recognised`() throws {
    let folder = try TokenizerFolder()
    try folder.write("tokenizer.model", "x")
    #expect(message(folder).contains("SentencePiece"))
  }

  @Test func `text that is no JSON is placed`() throws {
    let folder = try TokenizerFolder()
    try folder.write("tokenizer.json", "{")
    #expect(message(folder).contains("not valid JSON at byte 1"))
  }

  @Test func `an end token nobody names is missed`() throws {
    let folder = try TokenizerFixtures.words(#"{"type": "WhitespaceSplit"}"#)
    try folder.write("config.json", "{}")
    #expect(throws: TokenizerError.noEndToken(folder: folder.path)) {
      try TokenizerReader.tokenizer(in: folder.path)
    }
  }

  @Test func `an end token outside the vocabulary is named`() throws {
    let folder = try TokenizerFixtures.words(#"{"type": "WhitespaceSplit"}"#)
    try folder.write("tokenizer_config.json", #"{"eos_token": "</s>"}"#)
    #expect(message(folder).contains("'</s>' is not in the vocabulary"))
  }
}
