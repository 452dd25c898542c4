package import LinearAlgebra

/// Keys and values of the tokens that have been read, for each layer and sequence.
package struct KeyValueCache<Element: KernelScalar> {
  let sequences: Int
  /// Room for so many tokens of each sequence, a multiple of what the fused loops take at once.
  package let positions: Int
  /// KD: the numbers of a key, and of a value.
  let width: Int
  private let keys: [Storage<Element>]
  private let values: [Storage<Element>]

  package init(_ configuration: DecoderConfiguration, sequences: Int, positions: Int) {
    self.sequences = sequences
    self.positions = AttentionShape<Element>.padded(positions)
    width = configuration.keyValueWidth
    let count = sequences * self.positions * width
    // Attention sees no place that was not kept, whatever lies there.
    keys = (0..<configuration.layers).map { _ in Storage(unspecified: count) }
    values = (0..<configuration.layers).map { _ in Storage(unspecified: count) }
  }

  /// Of one layer and all sequences, one after another: keys transposed, KD × positions, and values, positions × KD.
  func storage(layer: Int) -> (keys: MatrixView<Element>, values: MatrixView<Element>) {
    (
      keys[layer].view(rows: sequences * width, columns: positions),
      values[layer].view(rows: sequences * positions, columns: width)
    )
  }

  /// Keeps the keys and values (T × KD) of consecutive tokens of a sequence.
  package func keep(
    layer: Int, sequence: Int, from position: Int, key: MatrixView<Element>,
    value: MatrixView<Element>
  ) {
    let (keys, values) = storage(layer: layer)
    let own = keys.rows(sequence * width..<(sequence + 1) * width)
    own.columns(position..<position + key.rows).copyTransposed(key)
    let first = sequence * positions + position
    values.rows(first..<first + value.rows).copy(value)
  }
}

/// Where in a cache rows are: the sequence of each and the position of its last token.
package struct CachePlaces {
  let sequences: [Int32]
  let positions: [Int32]

  package init(sequences: [Int32], positions: [Int32]) {
    self.sequences = sequences
    self.positions = positions
  }

  var count: Int { min(sequences.count, positions.count) }

  func areWithin(sequences limit: Int, positions end: Int) -> Bool {
    sequences.allSatisfy { $0 >= 0 && $0 < limit } && positions.allSatisfy { $0 >= 0 && $0 < end }
  }
}
