package import LinearAlgebra

/// Sums of two numbers of fixed width: `07+85=` is answered by `092`.
package struct AdditionTask: VerifiableTask {
  package static let name = "addition"
  package static let summary = "sum of two zero-padded numbers, '07+85=' → '092', plain or reversed"

  private let digits: Int
  package let noise: Double
  private let order: TaskOptions.DigitOrder
  private let split: OperandSplit

  package init(options: TaskOptions) throws(TaskError) {
    digits = try options.integer(\.digits, "digits", in: 1...9, default: 2, task: Self.name)
    noise = try options.noise(default: 0.6, task: Self.name)
    order = options.order
    split = try OperandSplit(options, task: Self.name)
  }

  package var alphabet: [Character] { Digits.all + "+=" }
  package var maximumCompletionLength: Int { digits + 1 }

  package func problem(
    _ split: Split, using generator: inout SplitMix64
  ) throws(TaskError) -> Problem {
    try self.split.problem(split, using: &generator) { generator in
      let first = generator.nextIndex(below: Digits.bound(digits))
      let second = generator.nextIndex(below: Digits.bound(digits))
      let sum = Digits.padded(first + second, to: digits + 1)
      let prompt = "\(Digits.padded(first, to: digits))+\(Digits.padded(second, to: digits))="
      let answer = order == .plain ? sum : String(sum.reversed())
      return ([first, second].sorted(), Problem(prompt: prompt, answer: answer))
    }
  }
}
