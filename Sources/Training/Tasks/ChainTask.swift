package import LinearAlgebra

/// Sums and differences of several numbers: `4+3-12=` is answered by `-5`.
package struct ChainTask: VerifiableTask {
  package static let name = "chain"
  package static let summary = "sum of several signed terms, '4+3-12=' → '-5'"

  private let digits: Int
  private let terms: Int
  private let operators: [Character]
  package let noise: Double
  private let split: OperandSplit

  package init(options: TaskOptions) throws(TaskError) {
    digits = try options.integer(\.digits, "digits", in: 1...9, default: 1, task: Self.name)
    terms = try options.integer(\.terms, "terms", in: 2...16, default: 3, task: Self.name)
    operators = try options.operators(of: "+-", default: "+-", task: Self.name)
    noise = try options.noise(default: 0.6, task: Self.name)
    split = try OperandSplit(options, task: Self.name)
  }

  package var alphabet: [Character] { Digits.all + "+-=" }

  /// The sign and the digits of the largest sum.
  package var maximumCompletionLength: Int {
    1 + String(terms * (Digits.bound(digits) - 1)).count
  }

  package func problem(
    _ split: Split, using generator: inout SplitMix64
  ) throws(TaskError) -> Problem {
    try self.split.problem(split, using: &generator) { generator in
      var operands: [Int] = []
      var prompt = ""
      var sum = 0
      for term in 0..<terms {
        let operand = generator.nextIndex(below: Digits.bound(digits))
        let sign = generator.drawElement(of: operators)
        prompt += term == 0 ? "\(operand)" : "\(sign)\(operand)"
        sum += term > 0 && sign == "-" ? -operand : operand
        operands.append(operand)
      }
      return (operands.sorted(), Problem(prompt: prompt + "=", answer: "\(sum)"))
    }
  }
}
