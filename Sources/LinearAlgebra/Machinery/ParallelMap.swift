/// Work on many items side by side.
package enum ParallelMap {
  /// The results in the order of the items.
  /// - Parameters:
  ///   - items: What is worked on, the first ones first.
  ///   - jobs: How many at once, at least one.
  ///   - work: Done once for each item. The first error ends all.
  package static func map<Item: Sendable, Result: Sendable>(
    _ items: [Item], jobs: Int, _ work: @escaping @Sendable (Item) throws -> Result
  ) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
      var results = [Result?](repeating: nil, count: items.count)
      var next = 0
      while next < min(jobs, items.count) {
        let index = next
        group.addTask { (index, try work(items[index])) }
        next += 1
      }
      while let (index, result) = try await group.next() {
        results[index] = result
        try Task.checkCancellation()
        guard next < items.count else { continue }
        let following = next
        group.addTask { (following, try work(items[following])) }
        next += 1
      }
      return results.compactMap(\.self)
    }
  }
}
