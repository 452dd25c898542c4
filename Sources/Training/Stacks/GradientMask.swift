package import LinearAlgebra

/// Which entries of the weight matrices of layers learn. The others stay where they are, whatever the optimiser and its
/// weight decay. Embeddings, head, norms and biases are not masked.
///
/// Half of the entries of a matrix are principal: those that are largest in magnitude in its best approximation of rank
/// k, with k the rank of the run. Half are small: those of the weight itself that are smallest in magnitude. Of two
/// equal entries, the one before counts as larger and as smaller.
///
/// **Source:** Zhu et al., "The path not taken", 2025, arXiv 2511.08567.
public enum GradientMask: String, Codable, Sendable, CaseIterable {
  /// All entries learn.
  case none
  case principal
  /// All that are not principal.
  case complement
  case small
  /// All but those that are principal and not small.
  case smallOrComplement = "small-or-complement"
  /// As many as there are principal ones, drawn by the seed.
  case random
}

extension GradientMask {
  /// For each entry of a weight, row after row, whether it learns.
  /// - Parameters:
  ///   - weight: The weight at the start, out × in.
  ///   - rank: k.
  ///   - seed: Of the random choice.
  /// - Throws: `LinearAlgebraError` if the weight cannot be decomposed.
  package func learns(
    _ weight: Matrix, rank: Int, seed: UInt64
  ) throws(LinearAlgebraError) -> [Bool] {
    let places = weight.values.indices
    let half = places.count / 2
    func principal() throws(LinearAlgebraError) -> [Bool] {
      let head = try SingularTriplets(of: weight).leading(rank).reconstruction().values
      return Self.first(half, of: places) { head[$0].magnitude > head[$1].magnitude }
    }
    func small() -> [Bool] {
      Self.first(half, of: places) { weight.values[$0].magnitude < weight.values[$1].magnitude }
    }
    switch self {
    case .none: return places.map { _ in true }
    case .principal: return try principal()
    case .complement: return try principal().map { !$0 }
    case .small: return small()
    case .smallOrComplement: return zip(small(), try principal()).map { $0 || !$1 }
    case .random:
      var generator = SplitMix64(seed: seed)
      var result = places.map { _ in false }
      for place in places.shuffled(using: &generator).prefix(half) { result[place] = true }
      return result
    }
  }

  /// Marks the places that come first in an order; of equal ones, those before.
  private static func first(
    _ count: Int, of places: Range<Int>, by precedes: (Int, Int) -> Bool
  ) -> [Bool] {
    let sorted = places.sorted { precedes($0, $1) || (!precedes($1, $0) && $0 < $1) }
    var result = places.map { _ in false }
    for place in sorted.prefix(count) { result[place] = true }
    return result
  }
}
