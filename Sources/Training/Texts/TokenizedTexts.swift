package import Checkpoints
import Documents

/// Prompts with their answers, as the tokens of a model.
package struct TokenizedTexts: Sendable {
  let sequences: [(prompt: [Int32], completion: [Int32])]
  /// The number of tokens of the longest sequence.
  let longest: Int

  /// - Parameter sequences: Neither part of a sequence is empty.
  package init(_ sequences: [(prompt: [Int32], completion: [Int32])]) {
    self.sequences = sequences
    longest = sequences.map { $0.prompt.count + $0.completion.count }.max() ?? 0
  }

  /// Reads a file of prompts and answers in the forms that the task `jsonl` reads.
  /// - Parameters:
  ///   - file: One JSON object a line.
  ///   - texts: The small files of the model.
  ///   - configuration: The model's.
  ///   - limit: How many lines are taken at most.
  /// - Throws: ``TaskError``, ``TokenizerError``, ``TrainingError/tokenBeyondVocabulary(token:vocabulary:)``.
  package init(
    file: String, texts: ModelTexts, configuration: DecoderConfiguration, limit: Int
  ) throws {
    let encoder = try TextEncoder(texts, configuration)
    let problems = try ProblemFile.problems(of: file, rule: .exact)
    self.init(
      try problems.prefix(limit).enumerated().map { index, problem in
        // Every line of the file is a problem.
        func tokens(of text: String) throws -> [Int32] {
          try encoder.tokens(of: text, file: file, line: index + 1)
        }
        return (encoder.begin + (try tokens(of: problem.prompt)), try tokens(of: problem.answer))
      }.filter { !$0.0.isEmpty && !$0.1.isEmpty })
  }

  /// Reads a file of plain text as passages of consecutive tokens, each predicted from its first token on.
  /// - Parameters:
  ///   - passagesOf: A file in UTF-8.
  ///   - texts: The small files of the model.
  ///   - configuration: The model's.
  ///   - length: How many tokens a passage has.
  ///   - limit: How many tokens are taken at most.
  /// - Throws: ``TaskError``, ``TokenizerError``, ``TrainingError/tokenBeyondVocabulary(token:vocabulary:)``.
  package init(
    passagesOf file: String, texts: ModelTexts, configuration: DecoderConfiguration, length: Int,
    limit: Int
  ) throws {
    let encoder = try TextEncoder(texts, configuration)
    let tokens = try encoder.tokens(
      of: Self.beginning(of: file, bytes: 16 * limit), file: file
    ).prefix(limit)
    let passages = stride(from: 0, to: tokens.count, by: length).map { start in
      encoder.begin + tokens[start..<min(start + length, tokens.count)]
    }
    self.init(passages.filter { $0.count > 1 }.map { ([$0[0]], Array($0.dropFirst())) })
  }

  /// The first bytes of a file, without a character that they would cut. Few tokens are longer than sixteen.
  private static func beginning(of file: String, bytes count: Int) throws(TaskError) -> String {
    var bytes: ArraySlice<UInt8>
    do {
      bytes = try TextFile.bytes(of: file)[...]
    } catch {
      throw .unreadable(path: error.path, reason: error.reason)
    }
    if bytes.count > count {
      bytes = bytes.prefix(count)
      while let last = bytes.last, last & 0xC0 == 0x80 { bytes.removeLast() }
      if let last = bytes.last, last >= 0xC0 { bytes.removeLast() }
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .unreadable(path: file, reason: "not text in UTF-8")
    }
    return text
  }

  /// The first sequences, as many as have this many tokens together; at least one.
  package func prefix(tokens limit: Int) -> TokenizedTexts {
    var count = 0
    let fitting = sequences.prefix { sequence in
      let isFirst = count == 0
      count += sequence.prompt.count + sequence.completion.count
      return isFirst || count <= limit
    }
    return TokenizedTexts(Array(fitting))
  }

  /// How many tokens of answers there are.
  package var tokenCount: Int { sequences.reduce(0) { $0 + $1.completion.count } }
}

/// Turns texts into tokens of a model, all of which its vocabulary has.
private struct TextEncoder {
  private let tokenizer: any Tokenizer
  private let vocabularySize: Int

  init(_ texts: ModelTexts, _ configuration: DecoderConfiguration) throws {
    tokenizer = try TokenizerReader.tokenizer(texts)
    vocabularySize = configuration.vocabularySize
  }

  /// What a text of the model begins with.
  var begin: [Int32] { tokenizer.beginToken.map { [Int32($0)] } ?? [] }

  /// - Throws: ``TokenizerError/text(file:line:_:)``, ``TrainingError/tokenBeyondVocabulary(token:vocabulary:)``.
  func tokens(of text: String, file: String, line: Int? = nil) throws -> [Int32] {
    let tokens: [Int]
    do throws(TokenizerError) {
      tokens = try tokenizer.encode(text)
    } catch {
      throw TokenizerError.text(file: file, line: line, error)
    }
    return try tokens.map { token in
      guard token < vocabularySize else {
        throw TrainingError.tokenBeyondVocabulary(token: token, vocabulary: vocabularySize)
      }
      return Int32(token)
    }
  }
}
