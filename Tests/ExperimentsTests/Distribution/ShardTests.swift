import Experiments
import Testing

@Suite("Shards") struct ShardTests {
  private func shares(_ count: Int, of costs: [Double]) throws -> [[Int]] {
    try (0..<count).map { try #require(Shard(index: $0, of: count)).share(ofCosts: costs) }
  }

  /// Costs as unequal as those of a model: an embedding, and many small matrices.
  private static let costs = (1...200).map { 1 + 50 / Double($0) }

  @Test(arguments: [1, 2, 3, 8, 64, 500])
  func `together do every piece once`(count: Int) throws {
    let all = try shares(count, of: Self.costs)
    #expect(all.flatMap(\.self).sorted() == Array(Self.costs.indices))
  }

  @Test(arguments: [2, 3, 8, 16])
  func `none has more than a third above what the best division would give it`(count: Int) throws {
    let loads = try shares(count, of: Self.costs).map { $0.reduce(0) { $0 + Self.costs[$1] } }
    let mean = Self.costs.reduce(0, +) / Double(count)
    // Graham's bound of LPT; no division is better than the mean or the costliest piece.
    let best = max(mean, Self.costs[0])
    #expect(try #require(loads.max()) <= 4 / 3 * best)
  }

  @Test func `of equal pieces each takes every n-th`() throws {
    #expect(
      try shares(3, of: [Double](repeating: 2, count: 7)) == [[0, 3, 6], [1, 4], [2, 5]])
  }

  @Test(arguments: ["3/3", "-1/2", "0/0", "1", "1/2/3", "a/b", "/2", "1/", " 1/2", "0/100001"])
  func `a share that is none is refused`(text: String) { #expect(Shard(text) == nil) }

  @Test func `is written as it is read`() throws {
    #expect(try #require(Shard("3/64")).description == "3/64")
  }
}
