package import Checkpoints
package import Documents

/// Looks for checkpoints again and again, while runs train.
///
/// A trainer with `save_total_limit` removes old checkpoints, also one that is just being read. That is an error of reading
/// and no fault of the runs: they are looked at again.
package struct CheckpointWatch {
  private let find: () throws -> [Run]
  private var seen = [Run]()
  private var isFirst = true

  /// - Parameter find: Gives the runs as they are now; those that have no checkpoint yet are left out.
  package init(finding find: @escaping () throws -> [Run]) { self.find = find }

  /// Whether there has been no checkpoint yet.
  package var isEmpty: Bool { seen.isEmpty }

  /// Looks once.
  /// - Parameters:
  ///   - lost: Called with the error if checkpoints went away while they were read.
  ///   - analyze: Called with the runs if they have other checkpoints than when it last returned, and with whether this is
  ///     its first call.
  /// - Returns: What `analyze` gave; nil if it was not called, or if checkpoints went away.
  /// - Throws: What `find` throws, and what `analyze` throws while all checkpoints stay as they are.
  package mutating func look<Result>(
    losing lost: (any BadInput) -> Void,
    _ analyze: (_ runs: [Run], _ isFirst: Bool) async throws -> Result?
  ) async throws -> Result? {
    let found = try find()
    guard found.map(\.checkpoints) != seen.map(\.checkpoints) else { return nil }
    defer { isFirst = false }
    do {
      let result = try await analyze(found, isFirst)
      seen = found
      return result
    } catch let error as any BadInput {
      guard try find().map(\.checkpoints) != found.map(\.checkpoints) else { throw error }
      lost(error)
      return nil
    }
  }
}
