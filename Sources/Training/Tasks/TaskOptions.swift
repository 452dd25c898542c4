/// The settings of a task; each task takes its own default where one is nil and checks what it uses.
public struct TaskOptions: Sendable, Equatable {
  /// The order in which the digits of an answer are written.
  public enum DigitOrder: String, Sendable, CaseIterable {
    /// The most significant digit first.
    case plain
    /// The least significant digit first, so that a carry needs no look ahead.
    case reversed
  }

  /// Which steps the demonstrations of the scratchpad task show.
  public enum ScratchpadStyle: String, Sendable, CaseIterable {
    /// Each with probability one half: the base becomes a mixture of two policies.
    case mixed
    /// The result alone.
    case direct
    /// The steps, then the result.
    case scratchpad
  }

  /// Digits of an operand; of `sort`, digits to sort; of `letters`, letters of the word.
  public var digits: Int?
  /// Operands of a problem, where their number is free.
  public var terms: Int?
  /// The modulus of modular arithmetic.
  public var modulus: Int?
  /// The largest target of Countdown.
  public var target: Int?
  /// The operators to draw from, as `+-*/`.
  public var operators: String?
  /// The probability that a demonstration is damaged.
  public var noise: Double?
  /// How sums and products are written.
  public var order: DigitOrder = .plain
  /// What the corpus of the scratchpad task shows.
  public var style: ScratchpadStyle = .mixed
  /// The share of operands that is held out.
  public var heldOut: Double = 0.1
  /// The file of problems.
  public var file: String?
  /// How an answer is taken from a completion, for problems of a file.
  public var rule: AnswerRule = .exact

  /// The default of every task.
  public init() {}
}
