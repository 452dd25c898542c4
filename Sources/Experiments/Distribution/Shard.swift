/// One of several equal processes that share a work without talking to each other.
package struct Shard: Equatable, Sendable {
  /// From 0.
  package let index: Int
  /// How many there are.
  package let count: Int

  /// The most shards of one work.
  package static let limit = 100_000

  /// Nil unless `0 ≤ index < count ≤ limit`.
  package init?(index: Int, of count: Int) {
    guard count <= Self.limit, index >= 0, index < count else { return nil }
    self.index = index
    self.count = count
  }

  /// Reads `3/64`.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]) else { return nil }
    self.init(index: index, of: count)
  }

  /// The pieces of this shard, ascending: the costliest piece goes to the shard that has least, and so on (LPT). Of
  /// equal pieces, each shard so has every `count`-th.
  ///
  /// It depends on the costs of all pieces alone, not on what is done: shards begin at different times.
  package func share(ofCosts costs: [Double]) -> [Int] {
    var loads = [Double](repeating: 0, count: count)
    var own = [Int]()
    let byCost = costs.indices.sorted { (costs[$1], $0) < (costs[$0], $1) }
    for piece in byCost {
      let least = loads.indices.min { loads[$0] < loads[$1] } ?? 0
      loads[least] += costs[piece]
      if least == index { own.append(piece) }
    }
    return own.sorted()
  }
}

extension Shard: CustomStringConvertible {
  package var description: String { "\(index)/\(count)" }
}
