package import Checkpoints
package import LinearAlgebra

/// Prompts with their answers, as the tokens of a model.
package struct TokenizedTexts {
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
    let tokenizer = try TokenizerReader.tokenizer(texts)
    let problems = try ProblemFile.problems(of: file, rule: .exact)
    func tokens(_ text: String) throws -> [Int32] {
      try tokenizer.encode(text).map { token in
        guard token < configuration.vocabularySize else {
          throw TrainingError.tokenBeyondVocabulary(
            token: token, vocabulary: configuration.vocabularySize)
        }
        return Int32(token)
      }
    }
    let begin = tokenizer.beginToken.map { [Int32($0)] } ?? []
    self.init(
      try problems.prefix(limit).map { problem in
        (begin + (try tokens(problem.prompt)), try tokens(problem.answer))
      }.filter { !$0.0.isEmpty && !$0.1.isEmpty })
  }

  /// How many tokens of answers there are.
  package var tokenCount: Int { sequences.reduce(0) { $0 + $1.completion.count } }
}

extension DecoderModel {
  /// What the model says about the tokens of the answers, text after text, in nats.
  ///
  /// One text at a time, so that long ones need no more memory than the longest.
  package func logProbabilities(of texts: TokenizedTexts) -> [Double] {
    let pass = DecoderPass<Element>(configuration, positions: texts.longest)
    return texts.sequences.flatMap { sequence in
      pass.forward(PackedBatch([sequence]), weights: weights)
      return pass.logProbabilities(weights: weights, inverseTemperature: 1).logProbabilities
    }
  }

  /// The same decoder with changes added to some of its tensors.
  /// - Parameter changes: By the name of the tensor; vectors have one row.
  /// - Returns: nil if a tensor is not one of the decoder's, or has another shape.
  package func adding(_ changes: [(tensor: String, change: Matrix)]) -> DecoderModel? {
    var weights = self.weights
    for (tensor, change) in changes {
      guard let slot = layout.slots.firstIndex(where: { $0.name == tensor }) else { return nil }
      let old = weights[slot]
      guard old.rows == change.rows, old.columns == change.columns else { return nil }
      let new = MatrixView<Element>(rows: old.rows, columns: old.columns)
      new.set(change)
      new.add(old)
      weights = weights.replacing(slot, by: new)
    }
    return DecoderModel(configuration: configuration, weights: weights)
  }
}
