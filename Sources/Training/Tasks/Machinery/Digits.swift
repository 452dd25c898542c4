import LinearAlgebra

extension SplitMix64 {
  /// A uniformly drawn element of a list that is not empty.
  mutating func drawElement<Element>(of elements: [Element]) -> Element {
    elements[nextIndex(below: elements.count)]
  }
}

/// Decimal digits, as tasks write and damage them.
package enum Digits {
  static let all: [Character] = Array("0123456789")

  /// Ten to this power.
  static func bound(_ digits: Int) -> Int { (0..<digits).reduce(1) { power, _ in power * 10 } }

  /// The decimal digits, with zeros before them up to the width.
  package static func padded(_ value: Int, to width: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }

  /// Replaces one digit, drawn uniformly, by a random digit, which may be the same.
  /// - Parameters:
  ///   - text: The text to damage; characters that are not digits stay.
  ///   - probability: The probability of damage.
  ///   - generator: The source of random numbers.
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
