import Checkpoints
import Documents
import Testing
import Training

@Suite("Word and character tokenizers") struct TokenizerWordTests {
  private func arithmetic() throws -> WordTokenizer {
    try WordTokenizer(alphabet: Array("0123456789+="))
  }

  @Test func `a character is the token of its place in the alphabet`() throws {
    #expect(try arithmetic().encode("12+34=") == [1, 2, 10, 3, 4, 11])
  }

  @Test func `end and padding follow the alphabet`() throws {
    let tokenizer = try arithmetic()
    #expect(tokenizer.endToken == 12)
    #expect(tokenizer.paddingToken == 13)
    #expect(tokenizer.vocabularySize == 14)
    #expect(try tokenizer.encode("1<|end|><|pad|>") == [1, 12, 13])
  }

  @Test func `special tokens are spelled out in a decoded text`() throws {
    #expect(try arithmetic().decode([4, 13, 6, 12]) == "4<|pad|>6<|end|>")
  }

  @Test func `text outside the alphabet is refused`() throws {
    let tokenizer = try arithmetic()
    #expect(throws: TokenizerError.unknownText("x")) { try tokenizer.encode("1x") }
    #expect(throws: TokenizerError.unknownText("\u{FF11}")) { try tokenizer.encode("\u{FF11}") }
  }

  @Test func `what is written reads back the same`() throws {
    let tokenizer = try WordTokenizer(alphabet: Array("ab \n\"\\é{}|<>"))
    let folder = try TokenizerFolder()
    try TokenizerWriter.write(tokenizer, to: folder.path)
    let again = try TokenizerReader.tokenizer(in: folder.path)
    let text = "a\n\"\\é{}|<> b<|end|>"
    #expect(try again.encode(text) == tokenizer.encode(text))
    #expect(again.decode(try again.encode(text)) == text)
    #expect(again.endToken == tokenizer.endToken)
    #expect(again.paddingToken == tokenizer.paddingToken)
    #expect(again.vocabularySize == tokenizer.vocabularySize)
  }

  @Test(arguments: [[], ["a", "a"], ["e\u{301}"]] as [[Character]])
  func `an alphabet without a vocabulary is refused`(alphabet: [Character]) {
    #expect(throws: TokenizerError.self) { try WordTokenizer(alphabet: alphabet) }
  }

  @Test func `words stand between white space and unknown ones have a token`() throws {
    let folder = try TokenizerFixtures.words(#"{"type": "WhitespaceSplit"}"#)
    let tokenizer = try TokenizerReader.tokenizer(in: folder.path)
    #expect(try tokenizer.encode(" go\tleft  up ") == [1, 2, 0])
    #expect(tokenizer.decode([1, 2]) == "go left")
    #expect(tokenizer.endToken == 4)
    #expect(tokenizer.paddingToken == nil)
  }

  @Test func `punctuation is a word of its own where the file says so`() throws {
    let folder = try TokenizerFixtures.words(#"{"type": "Whitespace"}"#)
    let tokenizer = try TokenizerReader.tokenizer(in: folder.path)
    #expect(try tokenizer.encode("go,left") == [1, 3, 2])
  }

  @Test func `a base of the demonstration is read`() throws {
    let tokenizer = try TokenizerReader.tokenizer(in: TokenizerFixtures.demonstrationBase)
    #expect(try tokenizer.encode("12+3=<end>x") == [4, 5, 13, 6, 14, 1, 2])
    #expect(tokenizer.endToken == 1)
    #expect(tokenizer.paddingToken == 0)
    #expect(tokenizer.vocabularySize == 15)
    #expect(tokenizer.beginToken == nil)
  }

  @Test func `characters of a line leave line feeds together`() throws {
    let folder = try TokenizerFixtures.words(
      #"{"type": "Split", "pattern": {"Regex": "."}, "behavior": "Isolated"}"#)
    let tokenizer = try TokenizerReader.tokenizer(in: folder.path)
    #expect(try tokenizer.encode(",\n\n\n,,") == [3, 0, 3, 3])
  }
}

/// Against `transformers`, which loads what this project writes
/// (`Tests/Fixtures/training/tokenizers/check_alphabet.py`).
@Suite("A tokenizer written for a base") struct TokenizerAlphabetTests {
  private func written() throws -> WordTokenizer {
    try WordTokenizer(alphabet: Array("0123456789+-=> \n\"\\é"))
  }

  @Test func `the files are those that transformers loaded`() throws {
    let tokenizer = try written()
    #expect(try TokenizerFixtures.document("alphabet/tokenizer.json") == tokenizer.json())
    #expect(
      try TokenizerFixtures.document("alphabet/tokenizer_config.json")
        == tokenizer.configurationJSON())
  }

  @Test func `transformers encodes and decodes alike`() throws {
    let tokenizer = try written()
    let golden = try TokenizerFixtures.document("alphabet.json")
    let texts = try #require(golden["texts"]?.array).compactMap(\.string)
    let ids = try #require(golden["ids"]?.array).map { $0.array?.compactMap(\.integer) }
    let decoded = try #require(golden["decoded"]?.array).compactMap(\.string)
    #expect(try texts.map { try tokenizer.encode($0) } == ids)
    #expect(ids.map { tokenizer.decode($0 ?? []) } == decoded)
  }

  @Test func `transformers knows the same size, end and padding`() throws {
    let tokenizer = try written()
    let golden = try TokenizerFixtures.document("alphabet.json")
    #expect(golden["size"]?.integer == tokenizer.vocabularySize)
    #expect(golden["end"]?.integer == tokenizer.endToken)
    #expect(golden["padding"]?.integer == tokenizer.paddingToken)
  }
}
