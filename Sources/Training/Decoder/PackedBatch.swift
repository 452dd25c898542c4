/// Token sequences of any lengths, one after the other without padding, and which of their tokens are
/// predicted.
package struct PackedBatch: Sendable, Equatable {
  /// All tokens that the model reads.
  package private(set) var tokens: [Int32] = []
  /// The position of each token in its sequence.
  package private(set) var positions: [Int32] = []
  /// Where each sequence begins, and where the last one ends.
  package private(set) var starts: [Int] = [0]
  /// The rows from which a token is predicted.
  package private(set) var predictedRows: [Int] = []
  /// The tokens that are predicted there.
  package private(set) var predictedTokens: [Int32] = []
  /// The key of each token in the masks of dropout.
  package private(set) var rowKeys: [UInt64] = []

  package init() {}

  /// Sequences of prompts and completions, of which the completions are predicted.
  package init(_ sequences: [(prompt: [Int32], completion: [Int32])]) {
    for sequence in sequences { append(prompt: sequence.prompt, completion: sequence.completion) }
  }

  /// Adds a sequence whose completion is predicted token by token.
  ///
  /// The last token of a completion is predicted, not read.
  /// - Parameters:
  ///   - prompt: Not empty.
  ///   - completion: What is predicted.
  ///   - keys: Keys of the dropout masks; nil if the sequence shares its prompt with no other.
  package mutating func append(prompt: [Int32], completion: [Int32], keys: MaskKeys? = nil) {
    precondition(!prompt.isEmpty, "a sequence begins with a prompt")
    let read = prompt + completion.dropLast()
    let keys = keys ?? MaskKeys(prompt: sequenceCount, completion: sequenceCount)
    rowKeys += read.indices.map {
      $0 < prompt.count ? keys.promptRow(at: $0) : keys.completionRow(at: $0)
    }
    let first = tokens.count
    tokens += read
    positions += read.indices.map { Int32($0) }
    starts.append(tokens.count)
    predictedRows += completion.indices.map { first + prompt.count - 1 + $0 }
    predictedTokens += completion
  }

  package var sequenceCount: Int { starts.count - 1 }

  /// The rows of a sequence.
  package func rows(of sequence: Int) -> Range<Int> { starts[sequence]..<starts[sequence + 1] }

  /// The number of attention probabilities of one head, where rows are filled up to this length.
  func scoreCount(padded: (Int) -> Int) -> Int {
    (0..<sequenceCount).reduce(0) { $0 + rows(of: $1).count * padded(rows(of: $1).count) }
  }
}
