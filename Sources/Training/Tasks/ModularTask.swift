package import LinearAlgebra

/// Arithmetic of remainders: modulo 97, `50+60=` is answered by `13`.
package struct ModularTask: VerifiableTask {
  package static let name = "modular"
  package static let summary = "sum, difference or product of remainders, '50+60=' → '13' modulo 97"

  private let modulus: Int
  private let operators: [Character]
  package let noise: Double
  private let split: OperandSplit

  package init(options: TaskOptions) throws(TaskError) {
    modulus = try options.integer(
      \.modulus, "modulus", in: 2...99_991, default: 97, task: Self.name)
    operators = try options.operators(of: "+-*", default: "+", task: Self.name)
    noise = try options.noise(default: 0.6, task: Self.name)
    split = try OperandSplit(options, task: Self.name)
  }

  package var alphabet: [Character] { Digits.all + operators + "=" }
  package var maximumCompletionLength: Int { String(modulus - 1).count }

  package func problem(
    _ split: Split, using generator: inout SplitMix64
  ) throws(TaskError) -> Problem {
    try self.split.problem(split, using: &generator) { generator in
      let first = generator.nextIndex(below: modulus)
      let second = generator.nextIndex(below: modulus)
      let sign = generator.drawElement(of: operators)
      let prompt = "\(padded(first))\(sign)\(padded(second))="
      let answer = padded(result(first, sign, second))
      return ([first, second].sorted(), Problem(prompt: prompt, answer: answer))
    }
  }

  private func padded(_ value: Int) -> String {
    Digits.padded(value, to: maximumCompletionLength)
  }

  private func result(_ first: Int, _ sign: Character, _ second: Int) -> Int {
    switch sign {
    case "-": (first - second + modulus) % modulus
    case "*": first * second % modulus
    default: (first + second) % modulus
    }
  }
}
