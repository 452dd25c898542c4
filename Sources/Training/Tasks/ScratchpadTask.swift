package import LinearAlgebra

/// Sums and differences, answered at once or step by step; only the final number counts.
///
/// `123+456=` is answered by `>0579`, or by `907050>0579`. The steps go from the least significant digit up: each
/// is a digit of the result and the carry or borrow. The corpus mixes correct step-by-step answers with direct
/// answers that are mostly wrong. So a base trained on it has something to find (the better mode) and something
/// to sharpen.
package struct ScratchpadTask: VerifiableTask {
  package static let name = "scratchpad"
  package static let summary =
    "sum or difference with optional steps, '123+456=' → '907050>0579' or '>0579'"

  private let digits: Int
  package let noise: Double
  private let style: TaskOptions.ScratchpadStyle
  private let split: OperandSplit

  package init(options: TaskOptions) throws(TaskError) {
    digits = try options.integer(\.digits, "digits", in: 1...9, default: 3, task: Self.name)
    noise = try options.noise(default: 0.8, task: Self.name)
    style = options.style
    split = try OperandSplit(options, task: Self.name)
  }

  package var alphabet: [Character] { Digits.all + "+-=>" }
  package var maximumCompletionLength: Int { 2 * digits + 1 + digits + 1 }

  package func problem(
    _ split: Split, using generator: inout SplitMix64
  ) throws(TaskError) -> Problem {
    try self.split.problem(split, using: &generator) { generator in
      let draws = [
        generator.nextIndex(below: Digits.bound(digits)),
        generator.nextIndex(below: Digits.bound(digits)),
      ]
      let subtracts = generator.nextIndex(below: 2) == 1
      let first = subtracts ? max(draws[0], draws[1]) : draws[0]
      let second = subtracts ? min(draws[0], draws[1]) : draws[1]
      return (draws.sorted(), problem(first, second, subtracts: subtracts))
    }
  }

  package func reward(for completion: String, ended: Bool, to problem: Problem) -> Double {
    guard let mark = completion.utf8.firstIndex(of: UInt8(ascii: ">")) else { return 0 }
    let result = completion.utf8[mark...].dropFirst()
    return ended && result.elementsEqual(Self.result(of: problem).utf8) ? 1 : 0
  }

  package func demonstration(of problem: Problem, using generator: inout SplitMix64) -> String {
    let showsSteps =
      switch style {
      case .mixed: generator.nextIndex(below: 2) == 0
      case .direct: false
      case .scratchpad: true
      }
    if showsSteps { return problem.answer }
    return ">" + Digits.damaged(Self.result(of: problem), with: noise, using: &generator)
  }

  private func problem(_ first: Int, _ second: Int, subtracts: Bool) -> Problem {
    var steps = ""
    var carry = 0
    var power = 1
    for _ in 0..<digits {
      let upper = first / power % 10
      let lower = second / power % 10
      let sum = subtracts ? upper - lower - carry : upper + lower + carry
      carry = sum < 0 || sum > 9 ? 1 : 0
      steps += "\((sum + 10) % 10)\(carry)"
      power *= 10
    }
    let result = Digits.padded(subtracts ? first - second : first + second, to: digits + 1)
    let left = Digits.padded(first, to: digits)
    let right = Digits.padded(second, to: digits)
    return Problem(
      prompt: left + (subtracts ? "-" : "+") + right + "=", answer: steps + ">" + result)
  }

  private static func result(of problem: Problem) -> String {
    String(problem.answer.drop { $0 != ">" }.dropFirst())
  }
}
