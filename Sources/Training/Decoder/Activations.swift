import LinearAlgebra

/// What a forward pass keeps for the backward pass: the N tokens of a batch, in a storage that grows to the
/// largest batch and never shrinks.
final class Activations<Element: KernelScalar> {
  /// What one layer keeps; letters as in ``DecoderConfiguration``.
  struct Layer {
    /// N × C: the layer's input, its norm, and the stream after attention.
    let input: MatrixView<Element>, normed: MatrixView<Element>, middle: MatrixView<Element>
    /// N × HD, N × KD: before the norm of the heads; nil without such norms.
    let rawQuery: MatrixView<Element>?, rawKey: MatrixView<Element>?
    /// N × HD, N × KD, N × KD: query and key are rotated by position.
    let query: MatrixView<Element>, key: MatrixView<Element>, value: MatrixView<Element>
    /// H × Σ T · padded(T): attention probabilities, sequence by sequence.
    let probabilities: MatrixView<Element>
    /// N × HD.
    let attended: MatrixView<Element>
    /// N × C: outputs of the two blocks before their norms; nil without such norms.
    let rawAttention: MatrixView<Element>?, rawFeedForward: MatrixView<Element>?
    /// N × C.
    let feedForwardNormed: MatrixView<Element>
    /// N × F.
    let gate: MatrixView<Element>, up: MatrixView<Element>, hidden: MatrixView<Element>
    /// 1 × N (· heads): inverse root mean squares of the norms.
    let inputInverse: MatrixView<Element>, feedForwardInverse: MatrixView<Element>
    let queryInverse: MatrixView<Element>?, keyInverse: MatrixView<Element>?
    let attentionPostInverse: MatrixView<Element>?, feedForwardPostInverse: MatrixView<Element>?
  }

  private let configuration: DecoderConfiguration
  private var storage = Storage<Element>(count: 0)
  private(set) var layers: [Layer] = []
  /// N × C: the last layer's output and its norm.
  private(set) var output = MatrixView<Element>(rows: 0, columns: 0)
  private(set) var normed = MatrixView<Element>(rows: 0, columns: 0)
  private(set) var outputInverse = MatrixView<Element>(rows: 0, columns: 0)

  init(_ configuration: DecoderConfiguration) { self.configuration = configuration }

  /// Makes room for a batch.
  func prepare(_ batch: PackedBatch) {
    let count = batch.tokens.count
    let scores = batch.scoreCount(padded: AttentionShape<Element>.padded)
    // Two passes: the first measures, the second cuts.
    var measure = Cutter<Element>(storage: nil)
    layOut(&measure, count, scores)
    if measure.used > storage.count {
      layers = []
      storage = Storage(count: measure.used)
    }
    var cutter = Cutter(storage: storage)
    layOut(&cutter, count, scores)
  }

  private func layOut(_ cutter: inout Cutter<Element>, _ count: Int, _ scores: Int) {
    let configuration = configuration
    layers = (0..<configuration.layers).map { _ in
      layer(&cutter, count, scores, configuration)
    }
    output = cutter.cut(count, configuration.width)
    normed = cutter.cut(count, configuration.width)
    outputInverse = cutter.cut(1, count)
  }

  private func layer(
    _ cutter: inout Cutter<Element>, _ count: Int, _ scores: Int,
    _ configuration: DecoderConfiguration
  ) -> Layer {
    let width = configuration.width
    let (queries, pairs) = (configuration.queryWidth, configuration.keyValueWidth)
    let inner = configuration.feedForwardWidth
    let normed = configuration.hasQueryKeyNorms
    let post = configuration.hasPostNorms
    return Layer(
      input: cutter.cut(count, width), normed: cutter.cut(count, width),
      middle: cutter.cut(count, width),
      rawQuery: normed ? cutter.cut(count, queries) : nil,
      rawKey: normed ? cutter.cut(count, pairs) : nil,
      query: cutter.cut(count, queries), key: cutter.cut(count, pairs),
      value: cutter.cut(count, pairs),
      probabilities: cutter.cut(configuration.heads, scores),
      attended: cutter.cut(count, queries),
      rawAttention: post ? cutter.cut(count, width) : nil,
      rawFeedForward: post ? cutter.cut(count, width) : nil,
      feedForwardNormed: cutter.cut(count, width), gate: cutter.cut(count, inner),
      up: cutter.cut(count, inner), hidden: cutter.cut(count, inner),
      inputInverse: cutter.cut(1, count), feedForwardInverse: cutter.cut(1, count),
      queryInverse: normed ? cutter.cut(1, count * configuration.heads) : nil,
      keyInverse: normed ? cutter.cut(1, count * configuration.keyValueHeads) : nil,
      attentionPostInverse: post ? cutter.cut(1, count) : nil,
      feedForwardPostInverse: post ? cutter.cut(1, count) : nil)
  }
}

/// Cuts matrices from a storage, or only adds up what they would take.
private struct Cutter<Element: KernelScalar> {
  let storage: Storage<Element>?
  var used = 0

  init(storage: Storage<Element>?) { self.storage = storage }

  mutating func cut(_ rows: Int, _ columns: Int) -> MatrixView<Element> {
    defer { used += (rows * columns + 15) / 16 * 16 }
    return storage?.view(at: used, rows: rows, columns: columns)
      ?? MatrixView(rows: 0, columns: 0)
  }
}
