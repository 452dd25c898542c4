/// The name a user may have meant.
package enum NearestName {
  /// The candidate with the least edit distance, the first of equals; nil where even that one
  /// differs in more than half of the letters.
  /// - Complexity: O(sum of the lengths · length of `name`).
  package static func of(_ name: String, in candidates: some Sequence<String>) -> String? {
    let wanted = Array(name.utf8)
    var best: (name: String, distance: Int)?
    for candidate in candidates {
      let letters = Array(candidate.utf8)
      let bound = best?.distance ?? .max
      if abs(letters.count - wanted.count) >= bound { continue }
      let distance = editDistance(wanted, letters)
      if distance < bound, distance * 2 <= max(wanted.count, letters.count) {
        best = (candidate, distance)
      }
    }
    return best?.name
  }

  /// The short names that look like a mistyped one: those of which one begins with the other, or that differ by at most
  /// two letters; the nearest first.
  package static func similar(to name: String, among candidates: [String]) -> [String] {
    let scored = candidates.map { candidate in
      let begins = !name.isEmpty && (candidate.hasPrefix(name) || name.hasPrefix(candidate))
      return (candidate, begins ? 1 : editDistance(Array(name), Array(candidate)))
    }
    return scored.filter { $0.1 <= 2 }.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0)
  }

  /// The number of letters to insert, delete or replace between two words, one row of the table at a time.
  ///
  /// **Source:** Wagner, Fischer, "The string-to-string correction problem", JACM 21, 1974.
  package static func editDistance<Letter: Equatable>(_ a: [Letter], _ b: [Letter]) -> Int {
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        let replaced = diagonal + (x == y ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = Swift.min(replaced, row[j] + 1, diagonal + 1)
      }
    }
    return row[b.count]
  }
}
