package import LinearAlgebra

/// The symbol of a key: `0417?` is answered by `3`, one of `0`, `1`, `2` and `3`.
///
/// The symbol is the top two bits of a hash of the key, so nothing about it can be inferred from other keys: each has to be
/// stored, at two bits a key. A base made from demonstrations with the default noise knows the four symbols and
/// gives a quarter to each.
package struct LookupTask: VerifiableTask {
  package static let name = "lookup"
  package static let summary = "the stored symbol of a key, '0417?' → '3', two bits a key"
  package static let generalizes = false

  /// The answers, one for each value of two bits.
  private static let symbols: [Character] = Array("0123")
  /// No multiple of 2 or 5, so that multiples of it meet every key of any number of digits once.
  private static let stride = 7919
  /// Sets the hash of keys apart from the seeds of runs, which are small numbers too.
  private static let salt: UInt64 = 0x6C6F_6F6B_7570

  private let digits: Int
  private let keys: Int
  package let noise: Double

  package init(options: TaskOptions) throws(TaskError) {
    digits = try options.integer(\.digits, "digits", in: 1...9, default: 4, task: Self.name)
    let bound = Digits.bound(digits)
    keys = try options.integer(
      \.keys, "keys", in: 2...bound, default: min(1024, bound), task: Self.name)
    noise = try options.noise(default: 1, task: Self.name)
  }

  package var alphabet: [Character] { Digits.all + "?" }
  package let maximumCompletionLength = 1

  /// - Parameter split: Both splits ask for the same keys.
  package func problem(
    _ split: Split, using generator: inout SplitMix64
  ) throws(TaskError) -> Problem {
    // The keys of a smaller number are the first of a larger one.
    let key = generator.nextIndex(below: keys) * Self.stride % Digits.bound(digits)
    return Problem(
      prompt: Digits.padded(key, to: digits) + "?", answer: String(Self.symbol(of: key)))
  }

  package func demonstration(of problem: Problem, using generator: inout SplitMix64) -> String {
    generator.nextUniform() < noise
      ? String(generator.drawElement(of: Self.symbols)) : problem.answer
  }

  private static func symbol(of key: Int) -> Character {
    var hash = SplitMix64(seed: salt + UInt64(key))
    return symbols[Int(hash.next() >> 62)]
  }
}
