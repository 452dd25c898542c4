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

  /// Insertions, deletions and replacements between two words (Levenshtein), one row at a time.
  package static func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
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
