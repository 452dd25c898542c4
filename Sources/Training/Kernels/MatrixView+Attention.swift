import CKernels
package import LinearAlgebra

/// The heads of an attention, as the fused loops take them.
package struct AttentionShape<Element: KernelScalar> {
  let heads: Int, keyValueHeads: Int
  let headWidth: Int
  /// What scores are multiplied by.
  let scale: Element
  /// How many places a position sees, its own included.
  let window: Int

  package init(heads: Int, keyValueHeads: Int, headWidth: Int, scale: Element, window: Int) {
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.headWidth = headWidth
    self.scale = scale
    self.window = window
  }

  /// How many heads read the same keys and values.
  var sharing: Int { heads / keyValueHeads }

  /// The length of a row of probabilities, and of a row of transposed keys, for so many places.
  package static func padded(_ length: Int) -> Int {
    let block = Int(SIGMASCOPE_ATTENTION_BLOCK)
    return (length + block - 1) / block * block
  }
}

/// The fused attention on views; T positions of one sequence, H heads, K heads of keys and values of width D.
extension MatrixView where Element: KernelScalar {
  /// Causal attention; self (T × HD) becomes what the heads attend to.
  /// - Parameters:
  ///   - query: T × HD.
  ///   - key: T × KD.
  ///   - value: T × KD.
  ///   - shape: Of the heads.
  ///   - probabilities: Room for H × T × padded(T) numbers, which the backward pass reads.
  ///   - room: For D × padded(T) numbers.
  package func attend(
    query: MatrixView, key: MatrixView, value: MatrixView, _ shape: AttentionShape<Element>,
    probabilities: MatrixView, room: MatrixView
  ) {
    requireFit(query, key, value, shape, probabilities)
    let padded = AttentionShape<Element>.padded(rows)
    precondition(room.count >= shape.headWidth * padded, "no room for the keys")
    guard rows > 0 else { return }
    unsafe Element.loops.attention(
      query.start, stride, key.start, value.start, key.stride, rows, shape.heads, shape.sharing,
      shape.headWidth, shape.scale, shape.window, room.start, probabilities.start, start)
  }

  /// Writes the gradients of query, key and value; self (T × HD) is that of what the heads attend to.
  /// - Parameters:
  ///   - query: As in the forward pass, like the next three.
  ///   - key: T × KD.
  ///   - value: T × KD.
  ///   - shape: Of the heads.
  ///   - probabilities: Those of the forward pass.
  ///   - room: For (D + T) × padded(T) numbers.
  ///   - queryGradient: T × HD.
  ///   - keyGradient: T × KD.
  ///   - valueGradient: T × KD.
  package func attendBackward(
    query: MatrixView, key: MatrixView, value: MatrixView, _ shape: AttentionShape<Element>,
    probabilities: MatrixView, room: MatrixView, queryGradient: MatrixView,
    keyGradient: MatrixView, valueGradient: MatrixView
  ) {
    requireFit(query, key, value, shape, probabilities)
    queryGradient.requireFit(self, keyGradient, valueGradient, shape, probabilities)
    let padded = AttentionShape<Element>.padded(rows)
    precondition(
      key.stride == keyGradient.stride && room.count >= (shape.headWidth + rows) * padded,
      "no room for the scores")
    guard rows > 0 else { return }
    unsafe Element.loops.attentionBackward(
      query.start, stride, key.start, value.start, key.stride, rows, shape.heads, shape.sharing,
      shape.headWidth, shape.scale, shape.window, probabilities.start, start, room.start,
      queryGradient.start, keyGradient.start, valueGradient.start)
  }

  private func requireFit(
    _ query: MatrixView, _ key: MatrixView, _ value: MatrixView, _ shape: AttentionShape<Element>,
    _ probabilities: MatrixView
  ) {
    precondition(
      query.rows == rows && key.rows == rows && value.rows == rows
        && columns == shape.heads * shape.headWidth && query.columns == columns
        && key.columns == shape.keyValueHeads * shape.headWidth && value.columns == key.columns
        && query.stride == stride && value.stride == key.stride && shape.window > 0
        && probabilities.count >= shape.heads * rows * AttentionShape<Element>.padded(rows),
      "the shapes of attention do not fit")
  }

  /// Keeps the key and the value of one token of each row in a cache, and has its query (N × HD) attend to the tokens up to
  /// there; self becomes what the heads attend to.
  /// - Parameters:
  ///   - query: N × HD.
  ///   - key: N × KD.
  ///   - value: N × KD.
  ///   - cache: It holds the prompts, and the earlier tokens of each completion.
  ///   - layer: Whose keys and values.
  ///   - places: Where each row is; no completion twice. Neighbours that continue one prompt are read together.
  ///   - shape: Of the heads.
  ///   - scores: Room for the cache's `scoreCount` numbers.
  package func attend(
    query: MatrixView, key: MatrixView, value: MatrixView, keptIn cache: KeyValueCache<Element>,
    layer: Int, places: CachePlaces, _ shape: AttentionShape<Element>, scores: MatrixView
  ) {
    let (promptKeys, promptValues) = cache.prompts.storage(layer: layer)
    let (keys, values) = cache.completions.storage(layer: layer)
    precondition(
      query.rows == rows && query.columns == columns && query.stride == stride
        && columns == shape.heads * shape.headWidth && shape.window > 0
        && cache.width == shape.keyValueHeads * shape.headWidth && key.rows == rows
        && value.rows == rows && key.columns == cache.width && value.columns == cache.width
        && key.isContiguous && value.isContiguous && scores.count >= cache.scoreCount
        && places.places.count == rows && places.areWithin(cache),
      "the shapes of attention do not fit")
    unsafe Element.loops.cachedAttention(
      query.start, stride, key.start, value.start, promptKeys.start, promptValues.start,
      cache.prompts.positions, keys.start, values.start, cache.completions.positions, cache.width,
      places.places, rows, shape.heads, shape.sharing, shape.headWidth, shape.scale, shape.window,
      scores.start, start)
  }
}
