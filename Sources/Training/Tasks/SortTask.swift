package import LinearAlgebra

/// Sort digits in ascending order: `39172=` is answered by `12379`.
package struct SortTask: VerifiableTask {
  package static let name = "sort"
  package static let summary = "digits in ascending order, '39172=' → '12379'"

  private let digits: Int
  package let noise: Double
  private let split: OperandSplit

  package init(options: TaskOptions) throws(TaskError) {
    digits = try options.integer(\.digits, "digits", in: 2...64, default: 5, task: Self.name)
    noise = try options.noise(default: 0.6, task: Self.name)
    split = try OperandSplit(options, task: Self.name)
  }

  package var alphabet: [Character] { Digits.all + "=" }
  package var maximumCompletionLength: Int { digits }

  package func problem(
    _ split: Split, using generator: inout SplitMix64
  ) throws(TaskError) -> Problem {
    try self.split.problem(split, using: &generator) { generator in
      let drawn = (0..<digits).map { _ in generator.nextIndex(below: 10) }
      let sorted = drawn.sorted()
      let prompt = drawn.map(String.init).joined() + "="
      return (sorted, Problem(prompt: prompt, answer: sorted.map(String.init).joined()))
    }
  }
}
