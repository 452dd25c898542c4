/// The value function of a run whose objective needs one.
public struct CriticOptions: Sendable, Equatable {
  /// K: how many heads estimate the value; their mean is the value.
  public var heads: Int
  /// The learning rate of the heads, by Adam; it has no schedule.
  public var learningRate: Double
  /// How far a step may move a value before its loss is clipped, in units of the reward; nil for no clip.
  public var clip: Double?

  public init(heads: Int = 1, learningRate: Double = 1e-2, clip: Double? = 0.2) {
    self.heads = heads
    self.learningRate = learningRate
    self.clip = clip
  }

  /// ζ: the number of answers that each head is trained on, as a share of all; drawn with replacement. A single head sees
  /// every answer once.
  ///
  /// **Source:** Dai et al., "CDE", 2025, arXiv 2509.09675: 1 for 2 and 4 heads, ½ for 8 and 16.
  var share: Double { heads < 8 ? 1 : 0.5 }
}
