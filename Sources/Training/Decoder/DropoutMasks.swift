public import LinearAlgebra

/// The masks of dropout: functions of a seed, a layer, a token and a column, and of nothing else.
///
/// However sequences are divided among lanes, mini-batches or calls, a token meets the same masks: when it
/// is sampled and each time that it is learnt from.
public struct DropoutMasks: Sendable, Equatable {
  /// The share of inputs that is dropped, in [0, 1).
  public let probability: Double
  public let seed: UInt64

  /// - Parameters:
  ///   - probability: The share of inputs that is dropped, in [0, 1).
  ///   - seed: Another seed draws other masks.
  public init(probability: Double, seed: UInt64) {
    precondition((0..<1).contains(probability), "dropout keeps some inputs")
    self.probability = probability
    self.seed = seed
  }

  /// What the inputs of a layer are multiplied by, one row a token: 0, or 1/(1 − p).
  /// - Parameters:
  ///   - slot: Of the layer's weight, in ``DecoderLayout/slots``.
  ///   - rowKeys: Of the tokens, from ``MaskKeys``.
  ///   - columns: How many inputs the layer has.
  public func factors(layer slot: Int, rowKeys: [UInt64], columns: Int) -> Matrix {
    let ones = MatrixView<Double>(rows: rowKeys.count, columns: columns)
    ones.fill(1)
    let drawn = MatrixView<Double>(rows: rowKeys.count, columns: columns)
    drawn.dropoutDifference(
      ones, probability: probability, seed: seed(ofLayer: slot), keys: rowKeys)
    drawn.add(ones)
    return drawn.matrix
  }

  /// Each layer draws masks of its own.
  func seed(ofLayer slot: Int) -> UInt64 {
    var generator = SplitMix64(seed: seed &+ UInt64(slot) &* 0xD1B5_4A32_D192_ED03)
    return generator.next()
  }
}
