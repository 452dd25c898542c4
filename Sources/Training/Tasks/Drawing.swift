import LinearAlgebra

extension SplitMix64 {
  /// A uniform number in 0 ..< `bound`, the same with every version of the standard library.
  mutating func drawIndex(below bound: Int) -> Int {
    // The bias of the high word is below bound / 2^64.
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  mutating func drawElement<Element>(of elements: [Element]) -> Element {
    elements[drawIndex(below: elements.count)]
  }
}

enum Digits {
  static let all: [Character] = Array("0123456789")

  /// Ten to this power.
  static func bound(_ digits: Int) -> Int { (0..<digits).reduce(1) { power, _ in power * 10 } }

  /// Decimal, with zeros before it up to the width.
  static func padded(_ value: Int, to width: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }

  /// Replaces one digit, drawn uniformly, by a random digit, which may be the same.
  /// - Parameters:
  ///   - text: What to damage; what is no digit stays.
  ///   - probability: How often.
  ///   - generator: Where the draws come from.
  static func damaged(
    _ text: String, with probability: Double, using generator: inout SplitMix64
  ) -> String {
    guard generator.nextUniform() < probability else { return text }
    var characters = Array(text)
    let places = characters.indices.filter { all.contains(characters[$0]) }
    if places.isEmpty { return text }
    characters[generator.drawElement(of: places)] = generator.drawElement(of: all)
    return String(characters)
  }
}

extension VerifiableTask {
  /// 1 for the answer, byte for byte, and then the end.
  func exactReward(_ completion: String, _ ended: Bool, _ answer: String) -> Double {
    ended && completion.utf8.elementsEqual(answer.utf8) ? 1 : 0
  }
}
