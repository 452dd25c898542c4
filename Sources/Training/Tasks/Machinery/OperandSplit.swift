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
    var hash: UInt64 = 0
    for operand in operands {
      var generator = SplitMix64(seed: hash ^ UInt64(bitPattern: Int64(operand)))
      hash = generator.next()
    }
    var generator = SplitMix64(seed: hash)
    return generator.nextUniform() < share ? .held : .training
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
