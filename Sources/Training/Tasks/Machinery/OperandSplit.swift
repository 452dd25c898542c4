import LinearAlgebra

/// Decides by a hash of the operands to which split a problem belongs.
struct OperandSplit: Sendable {
  /// The share held out, 0 … 1.
  let share: Double
  private let task: String
  private static let tries = 10_000

  init(_ options: TaskOptions, task: String) throws(TaskError) {
    guard (0...1).contains(options.heldOut) else {
      throw .invalidOption(
        task: task, option: "held-out", value: "\(options.heldOut)", expected: "0 … 1")
    }
    share = options.heldOut
    self.task = task
  }

  /// The same on every machine and in every run.
  func split(of operands: some Sequence<Int>) -> Split {
    Self.place(of: operands) < share ? .held : .training
  }

  /// The number in [0, 1) that a share must exceed to hold a problem out.
  private static func place(of operands: some Sequence<Int>) -> Double {
    var hash: UInt64 = 0
    for operand in operands {
      var generator = SplitMix64(seed: hash ^ UInt64(bitPattern: Int64(operand)))
      hash = generator.next()
    }
    var generator = SplitMix64(seed: hash)
    return generator.nextUniform()
  }

  /// A share with which some of these problems are held out and some are not: the one nearest to ``share`` of as few
  /// digits as will do.
  /// - Returns: Nil if all have the same operands.
  func workingShare(for problems: [[Int]]) -> Double? {
    let places = problems.map { Self.place(of: $0) }
    guard let least = places.min(), let most = places.max(), least < most else { return nil }
    for scale in sequence(first: 10.0, next: { $0 * 10 }).prefix(9) {
      let candidate =
        share > most ? (most * scale).rounded(.down) : (least * scale).rounded(.down) + 1
      if candidate / scale > least, candidate / scale <= most { return candidate / scale }
    }
    return most
  }

  /// Draws until a candidate belongs to the split.
  /// - Parameters:
  ///   - wanted: The split.
  ///   - generator: The source of random numbers.
  ///   - draw: A problem and its operands, whose order changes the hash; nil if a draw failed.
  func problem(
    _ wanted: Split, using generator: inout SplitMix64,
    draw: (inout SplitMix64) -> (operands: [Int], problem: Problem)?
  ) throws(TaskError) -> Problem {
    for _ in 0..<Self.tries {
      guard let candidate = draw(&generator) else { continue }
      if split(of: candidate.operands) == wanted { return candidate.problem }
    }
    throw .emptySplit(task: task, split: wanted, tries: Self.tries)
  }
}
