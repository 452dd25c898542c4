import Foundation
import LinearAlgebra
import Testing
import Training

/// The fused attention against its definition, one number at a time.
@Suite("Attention") struct AttentionTests {
  struct Sizes: CustomTestStringConvertible, Sendable {
    let length: Int, headWidth: Int, sharing: Int, window: Int
    var heads: Int { 2 * sharing }
    var shape: AttentionShape<Double> {
      AttentionShape(
        heads: heads, keyValueHeads: 2, headWidth: headWidth, scale: 0.3, window: window)
    }
    var testDescription: String {
      "\(length) places, heads of \(headWidth), \(sharing) a key, window \(window)"
    }
  }

  static let sizes = [1, 5, 6, 7, 16, 17, 33].flatMap { length in
    [(4, 1), (16, 2), (21, 3)].flatMap { width, sharing in
      Set([1, 4, length]).sorted().map { window in
        Sizes(length: length, headWidth: width, sharing: sharing, window: window)
      }
    }
  }

  /// Query, key, value and a gradient of what is attended to.
  private struct Case {
    let query: MatrixView<Double>, key: MatrixView<Double>, value: MatrixView<Double>
    let slope: MatrixView<Double>
    let sizes: Sizes

    init(_ sizes: Sizes) {
      self.sizes = sizes
      var generator = SplitMix64(seed: UInt64(sizes.length * 100 + sizes.headWidth))
      func drawn(_ heads: Int) -> MatrixView<Double> {
        let view = MatrixView<Double>(rows: sizes.length, columns: heads * sizes.headWidth)
        for row in 0..<view.rows {
          for column in 0..<view.columns { view[row, column] = generator.nextGaussian() }
        }
        return view
      }
      (query, key, value) = (drawn(sizes.heads), drawn(2), drawn(2))
      slope = drawn(sizes.heads)
    }

    /// The probabilities of a head by definition.
    func probabilities(_ head: Int) -> [[Double]] {
      (0..<sizes.length).map { i in
        let seen = max(0, i + 1 - sizes.window)...i
        let weights = (0..<sizes.length).map { j in
          seen.contains(j) ? exp(0.3 * product(query, i, head, key, j, head / sizes.sharing)) : 0
        }
        let sum = weights.reduce(0, +)
        return weights.map { $0 / sum }
      }
    }

    /// The product of two heads' parts of rows.
    func product(
      _ first: MatrixView<Double>, _ i: Int, _ head: Int, _ second: MatrixView<Double>, _ j: Int,
      _ other: Int
    ) -> Double {
      (0..<sizes.headWidth).reduce(0) {
        $0 + first[i, head * sizes.headWidth + $1] * second[j, other * sizes.headWidth + $1]
      }
    }
  }

  /// Numbers that must not be read before they are written.
  private static func unwritten(_ count: Int) -> MatrixView<Double> {
    let view = MatrixView<Double>(rows: 1, columns: count)
    view.fill(.nan)
    return view
  }

  private static func attend(
    _ given: Case
  ) -> (attended: MatrixView<Double>, probabilities: MatrixView<Double>) {
    let sizes = given.sizes
    let padded = AttentionShape<Double>.padded(sizes.length)
    let attended = MatrixView<Double>(rows: sizes.length, columns: given.query.columns)
    let probabilities = unwritten(sizes.heads * sizes.length * padded)
    attended.attend(
      query: given.query, key: given.key, value: given.value, sizes.shape,
      probabilities: probabilities, room: unwritten(sizes.headWidth * padded))
    return (attended, probabilities)
  }

  @Test(arguments: sizes) func `of a sequence is the mean of the values that a place sees`(
    sizes: Sizes
  ) {
    let given = Case(sizes)
    let (attended, _) = Self.attend(given)
    for head in 0..<sizes.heads {
      let probabilities = given.probabilities(head)
      for i in 0..<sizes.length {
        for d in 0..<sizes.headWidth {
          let shared = head / sizes.sharing * sizes.headWidth + d
          let mean = (0..<sizes.length).reduce(0) {
            $0 + probabilities[i][$1] * given.value[$1, shared]
          }
          #expect(abs(attended[i, head * sizes.headWidth + d] - mean) < 1e-12)
        }
      }
    }
  }

  @Test(arguments: sizes) func `has the gradients of its definition`(sizes: Sizes) {
    let given = Case(sizes)
    let (_, kept) = Self.attend(given)
    let padded = AttentionShape<Double>.padded(sizes.length)
    let query = Self.unwritten(given.query.count).reshaped(
      rows: sizes.length, columns: given.query.columns)
    let pairs = (0..<2).map { _ in
      Self.unwritten(given.key.count).reshaped(rows: sizes.length, columns: given.key.columns)
    }
    given.slope.attendBackward(
      query: given.query, key: given.key, value: given.value, sizes.shape, probabilities: kept,
      room: Self.unwritten((sizes.headWidth + sizes.length) * padded), queryGradient: query,
      keyGradient: pairs[0], valueGradient: pairs[1])
    let expected = [given.query, given.key, given.value].map {
      MatrixView<Double>(rows: $0.rows, columns: $0.columns)
    }
    for head in 0..<sizes.heads {
      let (own, shared) = (head * sizes.headWidth, head / sizes.sharing * sizes.headWidth)
      let probabilities = given.probabilities(head)
      for i in 0..<sizes.length {
        let slopes = (0..<sizes.length).map { j in
          given.product(given.slope, i, head, given.value, j, head / sizes.sharing)
        }
        let mean = zip(slopes, probabilities[i]).reduce(0) { $0 + $1.0 * $1.1 }
        for j in 0..<sizes.length {
          let slope = 0.3 * probabilities[i][j] * (slopes[j] - mean)
          for d in 0..<sizes.headWidth {
            expected[0][i, own + d] += slope * given.key[j, shared + d]
            expected[1][j, shared + d] += slope * given.query[i, own + d]
            expected[2][j, shared + d] += probabilities[i][j] * given.slope[i, own + d]
          }
        }
      }
    }
    for (found, wanted) in zip([query] + pairs, expected) {
      #expect(zip(found.values, wanted.values).allSatisfy { abs($0 - $1) < 1e-11 })
    }
  }

  @Test(arguments: sizes) func `of one token over a cache is that of its row in the sequence`(
    sizes: Sizes
  ) {
    let given = Case(sizes)
    let (attended, _) = Self.attend(given)
    let configuration = DecoderConfiguration(
      vocabularySize: 4, width: given.query.columns, layers: 1, heads: sizes.heads,
      keyValueHeads: 2, headWidth: sizes.headWidth, feedForwardWidth: 4, ropeBase: 1000)
    // Completions of the whole sequence, of its end, and of its last token, in groups of 2, 5 and 3: four are read together.
    let prompts = [0, sizes.length / 2, sizes.length - 1]
    let starts = zip(prompts, [2, 5, 3]).flatMap { Array(repeating: $0, count: $1) }
    let cache = KeyValueCache<Double>(
      configuration, prompts: prompts.count, promptLength: sizes.length, completions: starts.count,
      completionLength: sizes.length)
    for (prompt, length) in prompts.enumerated() {
      cache.keep(
        layer: 0, prompt: prompt, key: given.key.rows(0..<length),
        value: given.value.rows(0..<length))
    }
    for position in 0..<sizes.length {
      let places = starts.enumerated().filter { $1 <= position }.map { completion, start in
        CachePlaces.Place(
          prompt: prompts.firstIndex(of: start)!, promptLength: start, completion: completion,
          position: position)
      }
      let (query, key, value) = (
        Self.repeated(given.query, position, places.count),
        Self.repeated(given.key, position, places.count),
        Self.repeated(given.value, position, places.count)
      )
      let found = MatrixView<Double>(rows: places.count, columns: given.query.columns)
      found.attend(
        query: query, key: key, value: value, keptIn: cache, layer: 0, places: CachePlaces(places),
        sizes.shape, scores: Self.unwritten(cache.scoreCount))
      let wanted = attended.rows(position..<position + 1)
      for row in places.indices {
        #expect(
          zip(found.rows(row..<row + 1).values, wanted.values).allSatisfy { abs($0 - $1) < 1e-12 })
      }
    }
  }

  /// A row, several times.
  private static func repeated(
    _ view: MatrixView<Double>, _ row: Int, _ count: Int
  ) -> MatrixView<Double> {
    let result = MatrixView<Double>(rows: count, columns: view.columns)
    for place in 0..<count { result.rows(place..<place + 1).copy(view.rows(row..<row + 1)) }
    return result
  }
}
