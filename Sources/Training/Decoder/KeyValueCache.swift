import CKernels
package import LinearAlgebra

/// Keys and values of the tokens that have been read, for each layer: those of a prompt once for all its completions.
package struct KeyValueCache<Element: KernelScalar> {
  /// KD: the numbers of a key, and of a value.
  let width: Int
  let prompts: Part
  let completions: Part

  /// - Parameters:
  ///   - configuration: The decoder's shape.
  ///   - prompts: How many there are.
  ///   - promptLength: The tokens of the longest.
  ///   - completions: How many there are.
  ///   - completionLength: The most tokens that are read of one.
  package init(
    _ configuration: DecoderConfiguration, prompts: Int, promptLength: Int, completions: Int,
    completionLength: Int
  ) {
    width = configuration.keyValueWidth
    self.prompts = Part(configuration, sequences: prompts, positions: promptLength)
    self.completions = Part(configuration, sequences: completions, positions: completionLength)
  }

  /// No token has a position beyond so many.
  var positions: Int { prompts.positions + completions.positions }

  /// How many numbers attention needs for scores.
  package var scoreCount: Int {
    Int(SIGMASCOPE_ROWS_TOGETHER) * positions
  }

  /// Keeps the keys and values (T × KD) of a prompt.
  package func keep(
    layer: Int, prompt: Int, key: MatrixView<Element>, value: MatrixView<Element>
  ) {
    let (keys, values) = prompts.storage(layer: layer)
    let own = keys.rows(prompt * width..<(prompt + 1) * width)
    own.columns(0..<key.rows).copyTransposed(key)
    let first = prompt * prompts.positions
    values.rows(first..<first + value.rows).copy(value)
  }

  /// Prompts, or completions.
  struct Part {
    let sequences: Int
    /// Room for so many tokens of each sequence, a multiple of what the fused loops take at once.
    let positions: Int
    private let width: Int
    private let keys: [Storage<Element>]
    private let values: [Storage<Element>]

    init(_ configuration: DecoderConfiguration, sequences: Int, positions: Int) {
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
  }
}

/// Where in a cache rows are, each the last token of its sequence so far.
package struct CachePlaces {
  let places: [sigmascope_place]
  let positions: [Int32]

  /// Where one row is.
  package struct Place {
    /// The prompt that it continues, and its length.
    let prompt: Int, promptLength: Int
    /// The completion that it belongs to.
    let completion: Int
    /// The token's position, the prompt included.
    var position: Int

    package init(prompt: Int, promptLength: Int, completion: Int, position: Int) {
      self.prompt = prompt
      self.promptLength = promptLength
      self.completion = completion
      self.position = position
    }
  }

  package init(_ places: [Place]) {
    self.places = places.map { place in
      sigmascope_place(
        prompt: Int32(place.prompt), length: Int32(place.promptLength),
        sequence: Int32(place.completion), position: Int32(place.position))
    }
    positions = self.places.map(\.position)
  }

  func areWithin<Element>(_ cache: KeyValueCache<Element>) -> Bool {
    let (prompts, completions) = (cache.prompts, cache.completions)
    return places.allSatisfy { place in
      place.prompt >= 0 && place.prompt < prompts.sequences
        && place.length >= 0 && place.length <= prompts.positions
        && place.sequence >= 0 && place.sequence < completions.sequences
        && place.position >= place.length
        && Int(place.position) - Int(place.length) < completions.positions
    }
  }
}
