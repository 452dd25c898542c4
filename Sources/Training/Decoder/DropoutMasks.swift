package import LinearAlgebra

/// The numbers of the prompt and the completion of a sequence, which choose its dropout masks.
///
/// Completions of one prompt share the masks of the prompt's tokens, just as they share its keys and values
/// in sampling. The tokens of each completion have masks of their own.
package struct MaskKeys: Sendable, Equatable {
  /// The prompt's number among all that are read with one seed, below 2³².
  package let prompt: Int
  /// The completion's number, likewise.
  package let completion: Int

  /// - Parameters:
  ///   - prompt: The prompt's number among all that are read with one seed.
  ///   - completion: The completion's number, likewise.
  package init(prompt: Int, completion: Int) {
    precondition(
      prompt >= 0 && completion >= 0 && prompt >> 32 == 0 && completion >> 32 == 0,
      "prompts and completions are numbered from 0")
    self.prompt = prompt
    self.completion = completion
  }

  /// The key of a prompt's token.
  /// - Parameter position: The position in the sequence, below 2³¹.
  package func promptRow(at position: Int) -> UInt64 {
    UInt64(prompt) << 31 | UInt64(position)
  }

  /// The key of a completion's token; it differs from the keys of all prompt tokens.
  /// - Parameter position: The position in the sequence, prompt included, below 2³¹.
  package func completionRow(at position: Int) -> UInt64 {
    1 << 63 | UInt64(completion) << 31 | UInt64(position)
  }

  /// Keys for sequences that share neither prompts nor completions.
  static func separate(_ count: Int) -> [MaskKeys] {
    (0..<count).map { MaskKeys(prompt: $0, completion: $0) }
  }

  /// Keys for groups of completions, one group for each prompt; completions are numbered across groups.
  static func groups(_ sizes: [Int]) -> [[MaskKeys]] {
    var first = 0
    return sizes.enumerated().map { prompt, size in
      defer { first += size }
      return (first..<first + size).map { MaskKeys(prompt: prompt, completion: $0) }
    }
  }
}

/// The masks of dropout. They depend only on a seed, a layer, a token and a column.
///
/// A token gets the same masks in sampling and every time that it is learnt from, however sequences are
/// divided among lanes, mini-batches or calls.
package struct DropoutMasks: Sendable, Equatable {
  /// The share of inputs that is dropped, in [0, 1).
  package let probability: Double
  package let seed: UInt64

  /// - Parameters:
  ///   - probability: The share of inputs that is dropped, in [0, 1).
  ///   - seed: Another seed draws other masks.
  package init(probability: Double, seed: UInt64) {
    precondition((0..<1).contains(probability), "dropout keeps some inputs")
    self.probability = probability
    self.seed = seed
  }

  /// What the inputs of a layer are multiplied by, one row per token: 0 or 1/(1 − p).
  /// - Parameters:
  ///   - slot: The slot of the layer's weight, in ``DecoderLayout/slots``.
  ///   - rowKeys: The keys of the tokens, from ``MaskKeys``.
  ///   - columns: The number of inputs of the layer.
  package func factors(layer slot: Int, rowKeys: [UInt64], columns: Int) -> Matrix {
    let ones = MatrixView<Double>(rows: rowKeys.count, columns: columns)
    ones.fill(1)
    let drawn = MatrixView<Double>(rows: rowKeys.count, columns: columns)
    drawn.dropoutDifference(
      ones, probability: probability, seed: seed(ofLayer: slot), keys: rowKeys)
    drawn.add(ones)
    return drawn.matrix
  }

  /// The seed of a layer: each layer draws its own masks.
  func seed(ofLayer slot: Int) -> UInt64 {
    var generator = SplitMix64(seed: seed &+ UInt64(slot) &* 0xD1B5_4A32_D192_ED03)
    return generator.next()
  }
}

/// Dropout on the adapter paths of one forward and backward pass.
///
/// The effective weight contains scale · B · A already, so a layer adds only the difference: scale · B · A
/// applied to x ∘ (mask − 1).
package struct DropoutPlan<Element: KernelScalar> {
  /// The path beside one linear layer.
  struct Path {
    /// r × in, out × r.
    let inputFactor: MatrixView<Element>, outputFactor: MatrixView<Element>
    let scale: Element
    /// Where their gradients go; nil for a factor that is frozen.
    let inputGradient: MatrixView<Element>?, outputGradient: MatrixView<Element>?
  }

  let masks: DropoutMasks
  /// By the slot of the layer's weight.
  let paths: [Int: Path]
  /// Keys of the rows that are being read.
  private var rowKeys: [UInt64] = []

  init(masks: DropoutMasks, paths: [Int: Path]) {
    self.masks = masks
    self.paths = paths
  }

  /// The same plan for rows with these keys.
  func reading(_ rowKeys: [UInt64]) -> DropoutPlan {
    var result = self
    result.rowKeys = rowKeys
    return result
  }

  /// x ∘ (mask − 1) for the inputs of a layer.
  func drop(_ x: MatrixView<Element>, layer slot: Int, into y: MatrixView<Element>) {
    y.dropoutDifference(
      x, probability: masks.probability, seed: masks.seed(ofLayer: slot), keys: rowKeys)
  }
}
