/// Which prompt and which completion a sequence is made of, for the masks of dropout.
///
/// Completions of one prompt share the masks of its tokens, as they share its keys and values when they are
/// sampled; the tokens of each completion have masks of their own.
public struct MaskKeys: Sendable, Equatable {
  /// The prompt's number among all that are read with one seed, below 2³².
  public let prompt: Int
  /// The completion's number, likewise.
  public let completion: Int

  /// - Parameters:
  ///   - prompt: The prompt's number among all that are read with one seed.
  ///   - completion: The completion's number, likewise.
  public init(prompt: Int, completion: Int) {
    precondition(
      prompt >= 0 && completion >= 0 && prompt >> 32 == 0 && completion >> 32 == 0,
      "prompts and completions are numbered from 0")
    self.prompt = prompt
    self.completion = completion
  }

  /// The key of a prompt's token.
  /// - Parameter position: Where it stands in the sequence, below 2³¹.
  public func promptRow(at position: Int) -> UInt64 {
    UInt64(prompt) << 31 | UInt64(position)
  }

  /// The key of a completion's token; no prompt's token has the same.
  /// - Parameter position: Where it stands in the sequence, prompt included, below 2³¹.
  public func completionRow(at position: Int) -> UInt64 {
    1 << 63 | UInt64(completion) << 31 | UInt64(position)
  }

  /// Every sequence a prompt and a completion of its own.
  static func separate(_ count: Int) -> [MaskKeys] {
    (0..<count).map { MaskKeys(prompt: $0, completion: $0) }
  }

  /// Keys of groups of completions, numbered throughout.
  static func groups(_ sizes: [Int]) -> [[MaskKeys]] {
    var first = 0
    return sizes.enumerated().map { prompt, size in
      defer { first += size }
      return (first..<first + size).map { MaskKeys(prompt: prompt, completion: $0) }
    }
  }
}
