package import LinearAlgebra
package import Training

/// A change of one layer's attention that leaves what the decoder computes as it is: heads in another order, and an
/// orthogonal matrix between the value and the output projection of each head.
///
/// With a rotation Q of a key-value head the value projection's rows of that head become Q times what they were, and the
/// output projection's columns of its query heads become what they were times Qᵀ: attention mixes positions, not the
/// numbers of a head. Query and key cannot be rotated, because positions turn them; they can change places with their head.
///
/// **Source:** Zhu et al., "The path not taken", 2025, arXiv 2511.08567, which rotates v and o and permutes heads in one
/// layer.
package struct HeadChange: Sendable {
  package enum Kind: Sendable {
    case none, rotation, permutation
  }

  /// The layer, from 0.
  package let layer: Int
  /// What the rows of query, key and value projection are multiplied by from the left, and, transposed, the columns of the
  /// output projection from the right. All are orthogonal.
  private let query: Matrix, key: Matrix, value: Matrix, output: Matrix

  /// - Parameters:
  ///   - kind: What is changed.
  ///   - layer: The layer, from 0.
  ///   - configuration: The decoder's.
  ///   - seed: Of rotations and order.
  package init(
    _ kind: Kind, ofLayer layer: Int, in configuration: DecoderConfiguration, seed: UInt64
  ) {
    var generator = SplitMix64(seed: seed)
    let (pairs, width) = (configuration.keyValueHeads, configuration.headWidth)
    let group = configuration.heads / max(pairs, 1)
    var order = Array(0..<pairs)
    if kind == .permutation { order = Self.derangement(of: pairs, using: &generator) }
    let blocks = order.map { _ in
      kind == .rotation
        ? generator.orthonormalFrame(rows: width, columns: width) : Matrix.identity(width)
    }
    self.layer = layer
    let plain = order.map { _ in Matrix.identity(width) }
    key = Self.map(order, plain)
    value = Self.map(order, blocks)
    let queries = order.flatMap { pair in (0..<group).map { pair * group + $0 } }
    query = Self.map(queries, queries.map { _ in Matrix.identity(width) })
    output = Self.map(queries, queries.indices.map { blocks[$0 / group] })
  }

  /// An order in which no head keeps its place, if there are two or more.
  private static func derangement(of count: Int, using generator: inout SplitMix64) -> [Int] {
    guard count > 1 else { return Array(0..<count) }
    while true {
      let order = Array(0..<count).shuffled(using: &generator)
      if zip(order, 0..<count).allSatisfy({ $0 != $1 }) { return order }
    }
  }

  /// Block i of the result's rows is block `order[i]` of what it is applied to, times `blocks[i]`.
  private static func map(_ order: [Int], _ blocks: [Matrix]) -> Matrix {
    let width = blocks.first?.rows ?? 0
    var result = Matrix(rows: order.count * width, columns: order.count * width)
    for (place, old) in order.enumerated() {
      for row in 0..<width {
        for column in 0..<width {
          result[place * width + row, old * width + column] = blocks[place][row, column]
        }
      }
    }
    return result
  }

  /// A decoder with the change, which computes what the other does up to rounding.
  package func applied<Element: KernelScalar>(to model: DecoderModel<Element>) -> DecoderModel<
    Element
  > {
    let places = model.layout.layers[layer]
    var weights = model.weights
    func replace(_ slot: Int?, _ change: (Matrix) -> Matrix) {
      guard let slot else { return }
      weights = weights.replacing(slot, by: MatrixView(change(weights[slot].matrix)))
    }
    for (linear, map) in [(places.query, query), (places.key, key), (places.value, value)] {
      replace(linear.weight) { map * $0 }
      // A bias is one row.
      replace(linear.bias) { $0 * map.transposed() }
    }
    replace(places.output.weight) { $0 * output.transposed() }
    return DecoderModel(configuration: model.configuration, weights: weights)
  }

  /// What a matrix of the changed decoder, or its update, is without the change.
  /// - Parameters:
  ///   - matrix: Out × in.
  ///   - slot: Its place in the layout.
  ///   - layout: The decoder's.
  package func undone(_ matrix: Matrix, of slot: Int, in layout: DecoderLayout) -> Matrix {
    let places = layout.layers[layer]
    switch slot {
    case places.query.weight: return query.transposed() * matrix
    case places.key.weight: return key.transposed() * matrix
    case places.value.weight: return value.transposed() * matrix
    case places.output.weight: return matrix * output
    default: return matrix
    }
  }
}
