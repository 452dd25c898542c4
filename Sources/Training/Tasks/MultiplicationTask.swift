package import LinearAlgebra

/// Products of two small numbers of fixed width: `07*12=` is answered by `0084`.
package struct MultiplicationTask: VerifiableTask {
  package static let name = "multiplication"
  package static let summary =
    "product of two zero-padded numbers, '07*12=' → '0084', plain or reversed"

  private let digits: Int
  package let noise: Double
  private let order: TaskOptions.DigitOrder
  private let split: OperandSplit

  package init(options: TaskOptions) throws(TaskError) {
    digits = try options.integer(\.digits, "digits", in: 1...4, default: 2, task: Self.name)
    noise = try options.noise(default: 0.6, task: Self.name)
    order = options.order
    split = try OperandSplit(options, task: Self.name)
  }

  package var alphabet: [Character] { Digits.all + "*=" }
  package var maximumCompletionLength: Int { 2 * digits }

  package func problem(
    _ split: Split, using generator: inout SplitMix64
  ) throws(TaskError) -> Problem {
    try self.split.problem(split, using: &generator) { generator in
      let first = generator.nextIndex(below: Digits.bound(digits))
      let second = generator.nextIndex(below: Digits.bound(digits))
      let product = Digits.padded(first * second, to: 2 * digits)
      let prompt = "\(Digits.padded(first, to: digits))*\(Digits.padded(second, to: digits))="
      let answer = order == .plain ? product : String(product.reversed())
      return ([first, second].sorted(), Problem(prompt: prompt, answer: answer))
    }
  }
}
