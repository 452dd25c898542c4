import Checkpoints
import Documents
import Foundation

/// What is noted of a part of a merged checkpoint when its bytes are in their file.
struct WrittenPart: Codable {
  /// Of the bytes.
  let checksum: String
  private var updated = 0
  private var swallowed = 0
  /// The bits of a number that JSON may not know; nil for none.
  private var loss: UInt64?

  /// A part that no update changes, or one merged weight.
  init(checksum: String, _ weight: MergeSummary.Weight? = nil) {
    self.checksum = checksum
    guard let weight else { return }
    updated = weight.updated
    swallowed = weight.swallowed
    loss = weight.loss?.bitPattern
  }

  /// What was noted under a key; nil if nothing was.
  /// - Throws: `OutputError.cannotReadBack`.
  init?(of key: String, in work: PartialWork) throws(OutputError) {
    guard let bytes = try work.record(of: key),
      let found = try? JSONDecoder().decode(Self.self, from: Data(bytes))
    else { return nil }
    self = found
  }

  /// The summary of the merged weight.
  func weight(named name: String) -> MergeSummary.Weight {
    MergeSummary.Weight(
      name: name, updated: updated, swallowed: swallowed,
      loss: loss.map { Double(bitPattern: $0) })
  }

  /// Notes the part.
  /// - Throws: What writing throws.
  func note(_ key: String, in work: PartialWork) throws {
    try work.add([UInt8](JSONEncoder().encode(self)), of: key)
  }
}
