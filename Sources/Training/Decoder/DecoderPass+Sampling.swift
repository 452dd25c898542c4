import LinearAlgebra

extension DecoderPass {
  /// Samples several completions of each prompt, with a key/value cache.
  ///
  /// Each prompt is read once for all its completions. A completion that has ended leaves the batch.
  /// What is drawn depends only on the seeds, one for each completion.
  /// - Parameters:
  ///   - prompts: None is empty.
  ///   - seeds: For each prompt, one seed for each of its completions.
  ///   - weights: The policy's effective weights; packed, they are read faster.
  ///   - options: Temperature, length, end token.
  ///   - dropout: On the adapter paths, if any.
  ///   - keys: Keys of the dropout masks, one for each seed; nil to number prompts and completions in order.
  /// - Returns: One completion for each seed, grouped like the seeds.
  @specialized(where Element == Float)
  package func sample(
    prompts: [[Int32]], seeds: [[UInt64]], weights: TensorSet<Element>,
    options: SamplingOptions, dropout: DropoutPlan<Element>? = nil, keys: [[MaskKeys]]? = nil
  ) -> [[Completion]] {
    let keys = keys ?? MaskKeys.groups(seeds.map(\.count))
    precondition(
      prompts.count == seeds.count && seeds.map(\.count) == keys.map(\.count),
      "each prompt has its seeds, and each seed its keys")
    guard !prompts.isEmpty, options.maximumLength > 0 else {
      return seeds.map { $0.map { _ in Completion() } }
    }
    // The first completion token is predicted from the last row of each prompt.
    var first = PackedBatch()
    for (prompt, group) in zip(prompts, keys) {
      first.append(prompt: prompt, completion: [0], keys: group.first)
    }
    forward(first, weights: weights, dropout: dropout)
    let owners = seeds.indices.flatMap { prompt in seeds[prompt].map { _ in prompt } }
    let longest = prompts.map(\.count).max() ?? 0
    reserve(positions: longest + options.maximumLength)
    let cache = KeyValueCache<Element>(
      configuration, prompts: prompts.count, promptLength: longest, completions: owners.count,
      completionLength: options.maximumLength)
    fill(cache)
    let (allSeeds, allKeys) = (seeds.flatMap { $0 }, keys.flatMap { $0 })
    var rows = owners.enumerated().map { sequence, owner in
      let length = prompts[owner].count
      return SampledRow(
        place: .init(prompt: owner, promptLength: length, completion: sequence, position: length),
        keys: allKeys[sequence], generator: SplitMix64(seed: allSeeds[sequence]))
    }
    var completions = Array(repeating: Completion(), count: owners.count)
    let prompted = logits(weights: weights)
    var logits = MatrixView<Element>(rows: owners.count, columns: configuration.vocabularySize)
    for (row, owner) in owners.enumerated() {
      logits.rows(row..<row + 1).copy(prompted.rows(owner..<owner + 1))
    }
    for length in 1...options.maximumLength {
      draw(&rows, from: logits, options, into: &completions)
      rows.removeAll { completions[$0.place.completion].isEnded }
      guard !rows.isEmpty, length < options.maximumLength else { break }
      logits = logits.rows(0..<rows.count)
      decode(rows, weights, cache, dropout, into: logits)
      for index in rows.indices { rows[index].place.position += 1 }
    }
    var rest = completions[...]
    return seeds.map { group in
      defer { rest = rest.dropFirst(group.count) }
      return Array(rest.prefix(group.count))
    }
  }

  /// A completion that is still growing.
  private struct SampledRow {
    /// That of the last drawn token.
    var place: CachePlaces.Place
    let keys: MaskKeys
    var token: Int32 = 0
    var generator: SplitMix64
  }

  /// Keeps the keys and values of the prompts.
  private func fill(_ cache: KeyValueCache<Element>) {
    for (index, kept) in activations.layers.enumerated() {
      for prompt in 0..<batch.sequenceCount {
        let rows = batch.rows(of: prompt)
        cache.keep(
          layer: index, prompt: prompt, key: kept.key.rows(rows), value: kept.value.rows(rows))
      }
    }
  }

  private func draw(
    _ rows: inout [SampledRow], from logits: MatrixView<Element>, _ options: SamplingOptions,
    into completions: inout [Completion]
  ) {
    let uniforms = rows.indices.map { rows[$0].generator.nextUniform() }
    let found = MatrixView<Double>(rows: 1, columns: rows.count)
    let inverse = options.temperature > 0 ? Element(1 / options.temperature) : 0
    let tokens = logits.sample(
      inverseTemperature: inverse, uniforms: uniforms, logProbabilities: found)
    for (index, token) in tokens.enumerated() {
      rows[index].token = token
      let completion = rows[index].place.completion
      completions[completion].tokens.append(token)
      completions[completion].logProbabilities.append(found[0, index])
      completions[completion].isEnded = token == options.endToken
    }
  }

  /// Reads one token of each row, and writes the logits of the next one.
  private func decode(
    _ rows: [SampledRow], _ weights: TensorSet<Element>, _ cache: KeyValueCache<Element>,
    _ dropout: DropoutPlan<Element>?, into logits: MatrixView<Element>
  ) {
    let (count, width) = (rows.count, configuration.width)
    let dropout = dropout?.reading(rows.map { $0.keys.completionRow(at: $0.place.position) })
    let places = CachePlaces(rows.map(\.place))
    workspace.lending([(count, width), (count, width), (1, count)]) { lent in
      let (stream, normed, inverse) = (lent[0], lent[1], lent[2])
      stream.embed(
        rows.map(\.token), table: weights[layout.embedding],
        scale: Element(configuration.embeddingScale))
      for index in layout.layers.indices {
        norm(
          layout.layers[index].inputNorm, stream, into: normed, inverse: inverse, weights)
        decodeAttention(index, places, normed, addingTo: stream, weights, cache, dropout)
        norm(
          layout.layers[index].feedForwardNorm, stream, into: normed, inverse: inverse,
          weights)
        decodeFeedForward(index, normed, addingTo: stream, weights, dropout)
      }
      norm(layout.finalNorm, stream, into: normed, inverse: inverse, weights)
      multiply(normed, by: layout.head, into: logits, weights)
    }
  }

  private func decodeAttention(
    _ index: Int, _ places: CachePlaces, _ normed: MatrixView<Element>,
    addingTo stream: MatrixView<Element>, _ weights: TensorSet<Element>,
    _ cache: KeyValueCache<Element>, _ dropout: DropoutPlan<Element>?
  ) {
    let layer = layout.layers[index]
    let (count, queries, pairs) = (
      normed.rows, configuration.queryWidth, configuration.keyValueWidth
    )
    workspace.lending([
      (count, queries), (count, pairs), (count, pairs), (count, queries), (count, stream.columns),
      (1, cache.scoreCount),
    ]) { lent in
      let (query, key, value, attended, output) = (lent[0], lent[1], lent[2], lent[3], lent[4])
      let scores = lent[5]
      linear(layer.query, normed, into: query, weights, dropout)
      linear(layer.key, normed, into: key, weights, dropout)
      linear(layer.value, normed, into: value, weights, dropout)
      normHeads(layer.queryNorm, query, weights)
      normHeads(layer.keyNorm, key, weights)
      for view in [query, key] {
        view.rotate(
          positions: places.positions, table: rotary(of: index), sign: 1,
          headWidth: configuration.headWidth)
      }
      attended.attend(
        query: query, key: key, value: value, keptIn: cache, layer: index, places: places,
        attentionShape(of: index, length: cache.positions), scores: scores)
      linear(layer.output, attended, into: output, weights, dropout)
      normRows(layer.attentionPostNorm, output, weights)
      stream.add(output)
    }
  }

  private func decodeFeedForward(
    _ index: Int, _ normed: MatrixView<Element>, addingTo stream: MatrixView<Element>,
    _ weights: TensorSet<Element>, _ dropout: DropoutPlan<Element>?
  ) {
    let layer = layout.layers[index]
    let (count, inner) = (normed.rows, configuration.feedForwardWidth)
    workspace.lending([(count, inner), (count, inner), (count, inner), (count, stream.columns)]) {
      lent in
      let (gate, up, hidden, output) = (lent[0], lent[1], lent[2], lent[3])
      linear(layer.gate, normed, into: gate, weights, dropout)
      linear(layer.up, normed, into: up, weights, dropout)
      hidden.gate(gate, up: up, by: configuration.activation)
      linear(layer.down, hidden, into: output, weights, dropout)
      normRows(layer.feedForwardPostNorm, output, weights)
      stream.add(output)
    }
  }

  /// Norms rows in place, if the model has such a norm.
  private func normRows(_ slot: Int?, _ x: MatrixView<Element>, _ weights: TensorSet<Element>) {
    guard let slot else { return }
    workspace.lending([(1, x.rows)]) { lent in
      norm(slot, x, into: x, inverse: lent[0], weights)
    }
  }

  /// Norms heads in place, if the model has such norms.
  private func normHeads(_ slot: Int?, _ x: MatrixView<Element>, _ weights: TensorSet<Element>) {
    let width = configuration.headWidth
    normRows(slot, x.reshaped(rows: x.count / width, columns: width), weights)
  }
}
