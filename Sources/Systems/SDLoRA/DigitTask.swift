package import LinearAlgebra
package import Training

/// Small things to do with digits, which the form of a prompt tells apart: a sequence of them is a sequence of tasks.
package struct DigitTask: VerifiableTask {
  package static let name = "digits"
  package static let summary = "sum, difference, order, reversal or maximum of digits"

  package enum Kind: Int, CaseIterable, Sendable {
    /// `123+456=` is answered by `9750`, the least significant digit first.
    case sum
    /// `456-123=` is answered by `3330`, likewise.
    case difference
    /// `4071=` is answered by `0147`.
    case order
    /// `4071>=` is answered by `1704`.
    case reversal
    /// `123>456=` is answered by `0456`.
    case maximum
  }

  private let kind: Kind
  /// Where the first operand of a sum lies.
  private let firsts: Range<Int>

  package init(_ kind: Kind, first: Range<Int> = 0..<1000) {
    self.kind = kind
    firsts = first
  }

  package init(options: TaskOptions) { self.init(.sum) }

  package var alphabet: [Character] { Array("0123456789+-=>") }
  package var maximumCompletionLength: Int { 4 }

  package func problem(_ split: Split, using generator: inout SplitMix64) -> Problem {
    while true {
      let first = firsts.lowerBound + generator.nextIndex(below: firsts.count)
      let second = generator.nextIndex(below: 1000)
      let digits = generator.nextIndex(below: 10_000)
      let problem = problem(first, second, digits: digits)
      if Self.split(of: problem.prompt) == split { return problem }
    }
  }

  private func problem(_ first: Int, _ second: Int, digits: Int) -> Problem {
    let (low, high) = (min(first, second), max(first, second))
    let text = Digits.padded(digits, to: 4)
    switch kind {
    case .sum:
      return Problem(
        prompt: "\(Digits.padded(first, to: 3))+\(Digits.padded(second, to: 3))=",
        answer: String(Digits.padded(first + second, to: 4).reversed()))
    case .difference:
      return Problem(
        prompt: "\(Digits.padded(high, to: 3))-\(Digits.padded(low, to: 3))=",
        answer: String(Digits.padded(high - low, to: 4).reversed()))
    case .order: return Problem(prompt: "\(text)=", answer: String(text.sorted()))
    case .reversal: return Problem(prompt: "\(text)>=", answer: String(text.reversed()))
    case .maximum:
      return Problem(
        prompt: "\(Digits.padded(first, to: 3))>\(Digits.padded(second, to: 3))=",
        answer: Digits.padded(high, to: 4))
    }
  }

  /// A tenth of the prompts is held out.
  private static func split(of prompt: String) -> Split {
    let hash = prompt.utf8.reduce(0 as UInt64) { hash, byte in
      var generator = SplitMix64(seed: hash ^ UInt64(byte))
      return generator.next()
    }
    return hash % 10 == 0 ? .held : .training
  }
}
