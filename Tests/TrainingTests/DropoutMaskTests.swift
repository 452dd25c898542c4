import LinearAlgebra
import Testing
import Training

@Suite("Masks of dropout") struct DropoutMaskTests {
  static let columns = 256
  /// Tokens of prompts and of completions, at neighbouring places.
  static let rowKeys = (0..<20).flatMap { number in
    let keys = MaskKeys(prompt: number, completion: number)
    return (0..<10).flatMap { [keys.promptRow(at: $0), keys.completionRow(at: $0)] }
  }

  /// Five standard deviations of a share among all numbers of a mask.
  private func tolerance(_ share: Double) -> Double {
    5 * (share * (1 - share) / Double(Self.rowKeys.count * Self.columns)).squareRoot()
  }

  private func factors(
    _ probability: Double, seed: UInt64 = 7, layer: Int = 3, _ rowKeys: [UInt64] = rowKeys
  ) -> Matrix {
    DropoutMasks(probability: probability, seed: seed)
      .factors(layer: layer, rowKeys: rowKeys, columns: Self.columns)
  }

  @Test(arguments: [0, 0.05, 0.3, 0.5, 0.9])
  func `the share that is dropped is the probability, and what is kept grows by its inverse`(
    probability: Double
  ) {
    let values = factors(probability).values
    let kept = 1 / (1 - probability)
    // A difference and a sum are rounded.
    #expect(values.allSatisfy { $0 == 0 || abs($0 - kept) <= 4 * kept * .ulpOfOne })
    let share = Double(values.count { $0 == 0 }) / Double(values.count)
    #expect(abs(share - probability) <= tolerance(probability))
  }

  @Test func `masks of other layers, seeds, tokens and columns are independent`() {
    let mask = factors(0.3)
    let rotatedKeys = Array(Self.rowKeys.dropFirst() + Self.rowKeys.prefix(1))
    let next = factors(0.3, Self.rowKeys.map { $0 + 1 })
    let others =
      [
        factors(0.3, layer: 4), factors(0.3, seed: 8), factors(0.3, rotatedKeys), next,
      ].map(\.values) + [Array(mask.values.dropFirst()), Array(mask.values.dropFirst(2))]
    for other in others {
      let both = zip(mask.values, other).count { $0.0 == 0 && $0.1 == 0 }
      let share = Double(both) / Double(other.count)
      #expect(abs(share - 0.09) <= tolerance(0.09))
    }
  }

  @Test func `a token's mask does not depend on what it is read with`() {
    let all = factors(0.3)
    for place in stride(from: 0, to: Self.rowKeys.count, by: 37) {
      #expect(factors(0.3, [Self.rowKeys[place]]).values == Array(all.row(place)))
    }
    #expect(factors(0.3, Self.rowKeys.reversed()).row(0).elementsEqual(all.row(all.rows - 1)))
  }

  @Test func `tokens of prompts and completions have keys of their own`() {
    #expect(Set(Self.rowKeys).count == Self.rowKeys.count)
    let largest = MaskKeys(prompt: 1 << 32 - 1, completion: 1 << 32 - 1)
    #expect(largest.promptRow(at: 5) != largest.completionRow(at: 5))
  }

  @Test func `completions of one prompt share the keys of its tokens alone`() {
    var batch = PackedBatch()
    batch.append(prompt: [1, 2], completion: [3, 4, 5], keys: .init(prompt: 6, completion: 12))
    batch.append(prompt: [1, 2], completion: [3, 4], keys: .init(prompt: 6, completion: 13))
    // The last token of a completion is not read.
    #expect(batch.rowKeys.count == 7)
    #expect(batch.rowKeys[0..<2] == batch.rowKeys[4..<6])
    #expect(Set(batch.rowKeys).count == 5)
  }

  @Test func `sequences without keys have masks of their own`() {
    let batch = PackedBatch([
      (prompt: [1, 2], completion: [3]), (prompt: [1, 2], completion: [3]),
    ])
    #expect(Set(batch.rowKeys).count == 4)
  }
}
