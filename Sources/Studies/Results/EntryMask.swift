import Foundation

/// Which entries of a matrix changed their bfloat16 value: a bit for each, in the order of `Matrix.values`, the lowest bit of a byte
/// first.
public struct EntryMask: Codable, Equatable, Sendable {
  /// How many entries the matrix has.
  public let entries: Int
  private let bits: Data

  /// - Parameter flags: Whether each entry changed.
  public init(_ flags: [Bool]) {
    entries = flags.count
    var bytes = [UInt8](repeating: 0, count: (flags.count + 7) / 8)
    for (index, flag) in flags.enumerated() where flag { bytes[index / 8] |= 1 << (index % 8) }
    bits = Data(bytes)
  }

  /// How many entries changed.
  public var count: Int { bits.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// How many entries changed in both.
  public func shared(with other: EntryMask) -> Int {
    zip(bits, other.bits).reduce(0) { $0 + ($1.0 & $1.1).nonzeroBitCount }
  }
}

/// How much the masks of two runs have in common, over all matrices that both have.
package struct MaskOverlap {
  /// Entries in both masks by entries in either.
  package let jaccard: Double
  /// The same if each run had chosen as many entries of each matrix at random.
  package let expected: Double

  /// - Returns: Nil if the two share no matrix, or neither changed an entry.
  package init?(_ one: [String: EntryMask], _ other: [String: EntryMask]) {
    var (shared, union, expectedShared, expectedUnion) = (0.0, 0.0, 0.0, 0.0)
    for (module, mask) in one {
      guard let second = other[module], second.entries == mask.entries, mask.entries > 0 else {
        continue
      }
      let (count, common) = (Double(mask.count + second.count), Double(mask.shared(with: second)))
      let chance = Double(mask.count) * Double(second.count) / Double(mask.entries)
      shared += common
      union += count - common
      expectedShared += chance
      expectedUnion += count - chance
    }
    guard union > 0, expectedUnion > 0 else { return nil }
    jaccard = shared / union
    expected = expectedShared / expectedUnion
  }
}
