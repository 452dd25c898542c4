package import LinearAlgebra
import Training

/// Reference traces with one thing wrong: what the discriminator must not take for a reference.
package enum DamagedReferences {
  /// A trace of the scratchpad task: `123+456=` and `907050>0579`.
  package struct Trace {
    package var prompt: String
    package var answer: String

    package init(prompt: String, answer: String) {
      self.prompt = prompt
      self.answer = answer
    }
  }

  /// A trace with, by equal chance, the other operator in the prompt, a near number as its result, or another digit in
  /// its steps. A trace without steps has another result.
  package static func damaged(_ trace: Trace, using generator: inout SplitMix64) -> Trace {
    var trace = trace
    let (steps, result) = parts(of: trace.answer)
    switch generator.nextIndex(below: 3) {
    case 0:
      trace.prompt = String(
        trace.prompt.map { character in
          switch character {
          case "+": "-"
          case "-": "+"
          default: character
          }
        })
    case 1 where !steps.isEmpty:
      trace.answer =
        otherDigit(in: steps, at: generator.nextIndex(below: steps.count), using: &generator) + ">"
        + result
    default: trace.answer = steps + ">" + near(result, using: &generator)
    }
    return trace
  }

  /// A trace with another digit at a place of its steps.
  package static func damaged(
    _ trace: Trace, at place: Int, using generator: inout SplitMix64
  ) -> Trace {
    let (steps, result) = parts(of: trace.answer)
    return Trace(
      prompt: trace.prompt,
      answer: otherDigit(in: steps, at: place, using: &generator) + ">" + result)
  }

  /// Steps and result.
  package static func parts(of answer: String) -> (steps: String, result: String) {
    let steps = String(answer.prefix { $0 != ">" })
    return (steps, String(answer.dropFirst(steps.count + 1)))
  }

  private static func otherDigit(
    in text: String, at place: Int, using generator: inout SplitMix64
  ) -> String {
    var characters = Array(text)
    let digit = characters[place].wholeNumberValue ?? 0
    characters[place] = Character("\((digit + 1 + generator.nextIndex(below: 9)) % 10)")
    return String(characters)
  }

  /// A number of as many digits, at most 9 away.
  private static func near(_ text: String, using generator: inout SplitMix64) -> String {
    let distance = 1 + generator.nextIndex(below: 9)
    let value = Int(text) ?? 0
    let moved = generator.nextIndex(below: 2) == 0 && value >= distance ? -distance : distance
    return Digits.padded(value + moved, to: text.count)
  }
}
