package import LinearAlgebra

/// How often a letter occurs in a word: `abacad,a=` is answered by `3`.
package struct LetterTask: VerifiableTask {
  package static let name = "letters"
  package static let summary = "count of a letter in a random word, 'abacad,a=' → '3'"

  /// Few letters, so that counts above one are common.
  private static let letters: [Character] = Array("abcdef")

  private let length: Int
  package let noise: Double
  private let split: OperandSplit

  package init(options: TaskOptions) throws(TaskError) {
    length = try options.integer(\.digits, "digits", in: 2...64, default: 8, task: Self.name)
    noise = try options.noise(default: 0.6, task: Self.name)
    split = try OperandSplit(options, task: Self.name)
  }

  package var alphabet: [Character] { Digits.all + Self.letters + ",=" }
  package var maximumCompletionLength: Int { String(length).count }

  package func problem(
    _ split: Split, using generator: inout SplitMix64
  ) throws(TaskError) -> Problem {
    try self.split.problem(split, using: &generator) { generator in
      let word = (0..<length).map { _ in generator.nextIndex(below: Self.letters.count) }
      let wanted = generator.nextIndex(below: Self.letters.count)
      let text = String(word.map { Self.letters[$0] })
      let count = word.count { $0 == wanted }
      // The split depends on the word alone, not on the letter.
      return (word, Problem(prompt: "\(text),\(Self.letters[wanted])=", answer: "\(count)"))
    }
  }
}
