/// The shape and the options of a decoder; Llama, Qwen2 and Gemma 3 are instances.
///
/// Letters: C width, L layers, H query heads, K key-value heads, D head width, F feed-forward width,
/// V vocabulary.
public struct DecoderConfiguration: Sendable, Equatable {
  /// The `model_type` of Hugging Face, which names a family of `DecoderFamilyRegistry`.
  public var modelType: String
  public var vocabularySize: Int
  public var width: Int
  public var layers: Int
  public var heads: Int
  public var keyValueHeads: Int
  public var headWidth: Int
  public var feedForwardWidth: Int
  public var normEpsilon: Double
  public var ropeBase: Double
  /// Layers without a window divide positions by it.
  public var ropeFactor: Double
  /// θ of layers with a window; nil if it is ``ropeBase``.
  public var localRopeBase: Double?
  /// How many tokens a layer with a window sees, the current one included.
  public var window: Int?
  /// Whether each layer has the window.
  public var layerHasWindow: [Bool]
  public var maximumPositions: Int
  public var tiesEmbeddings: Bool
  /// Whether query, key and value have biases.
  public var hasAttentionBias: Bool
  package var activation: Activation
  /// Is added to the gains of norms: 1 for Gemma, 0 otherwise.
  public var normOffset: Double
  /// Whether there are also norms after attention and feed-forward.
  public var hasPostNorms: Bool
  /// Whether queries and keys are normed, head by head.
  public var hasQueryKeyNorms: Bool
  /// What the embedding is multiplied by.
  public var embeddingScale: Double
  /// What attention scores are multiplied by.
  public var attentionScale: Double

  /// A Llama-style decoder without windows.
  public init(
    modelType: String = "llama", vocabularySize: Int, width: Int, layers: Int,
    heads: Int,
    keyValueHeads: Int? = nil, headWidth: Int? = nil, feedForwardWidth: Int,
    normEpsilon: Double = 1e-6, ropeBase: Double = 10_000, maximumPositions: Int = 2048,
    tiesEmbeddings: Bool = false, hasAttentionBias: Bool = false
  ) {
    self.modelType = modelType
    self.vocabularySize = vocabularySize
    self.width = width
    self.layers = layers
    self.heads = heads
    self.keyValueHeads = keyValueHeads ?? heads
    self.headWidth = headWidth ?? width / max(heads, 1)
    self.feedForwardWidth = feedForwardWidth
    self.normEpsilon = normEpsilon
    self.ropeBase = ropeBase
    ropeFactor = 1
    localRopeBase = nil
    window = nil
    layerHasWindow = Array(repeating: false, count: layers)
    self.maximumPositions = maximumPositions
    self.tiesEmbeddings = tiesEmbeddings
    self.hasAttentionBias = hasAttentionBias
    activation = .silu
    normOffset = 0
    hasPostNorms = false
    hasQueryKeyNorms = false
    embeddingScale = 1
    attentionScale = 1 / Double(self.headWidth).squareRoot()
  }

  /// H · D.
  public var queryWidth: Int { heads * headWidth }
  /// K · D.
  public var keyValueWidth: Int { keyValueHeads * headWidth }
}
