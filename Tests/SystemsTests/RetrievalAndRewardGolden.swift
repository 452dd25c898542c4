import Foundation
import LinearAlgebra
import Systems
import Testing

/// By torch: `Tests/Fixtures/systems/make_retrieval_and_rewards.py`.
struct RetrievalAndRewardGolden: Decodable {
  struct Retrieval: Decodable {
    let twice: Bool, fewest: Int?
    let documents: [[Double]], scores: [[Double]]
    let contrast: Double, flops: Double
    let logitSlopes: [[[Double]]], tableSlopes: [Double]
  }

  let logits: [[[Double]]], table: [Double], queries: [[Int32]], candidates: [[Bool]]
  let penalty: Double
  let retrieval: [Retrieval]
  let rewards: [[Double]], isReference: [Bool]
  let loss: Double, slopes: [[Double]], advantages: [[Double]]

  static func read() throws -> RetrievalAndRewardGolden {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
      .appendingPathComponent("Fixtures/systems/retrieval_and_rewards.json")
    return try JSONDecoder().decode(Self.self, from: Data(contentsOf: file))
  }

  /// Whether all numbers agree up to a bound.
  static func agree(_ found: [[Double]], _ expected: [[Double]], _ bound: Double) -> Bool {
    found.map(\.count) == expected.map(\.count)
      && zip(found.joined(), expected.joined()).allSatisfy { abs($0 - $1) <= bound }
  }
}
