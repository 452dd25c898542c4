/// Finds the name that a user may have meant.
package enum NearestName {
  /// The candidate with the smallest edit distance, the first one if several are equally near; nil if even that one
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

  /// The candidate that a mistyped name means, which may be cut short: `lera` means `learning-rate`. Nil if none differs in
  /// half of the letters at most.
  package static func completed(_ name: String, in candidates: [String]) -> String? {
    let wanted = Array(name)
    let scored = candidates.map { candidate in
      let letters = Array(candidate)
      let whole = 2 * editDistance(wanted, letters)
      // A whole name is nearer than an equal beginning, of which the first letter is right.
      guard letters.first == wanted.first else { return (candidate, whole) }
      return (
        candidate, min(whole, 2 * editDistance(wanted, Array(letters.prefix(wanted.count))) + 1)
      )
    }
    // Two letters in the wrong order are two mistakes.
    return scored.filter { $0.1 <= wanted.count + 1 }.min { $0.1 < $1.1 }?.0
  }

  /// The candidates that resemble a mistyped short name, nearest first: one of the two is a prefix of the
  /// other, or they differ by at most two letters.
  package static func similar(to name: String, among candidates: [String]) -> [String] {
    let scored = candidates.map { candidate in
      let begins = !name.isEmpty && (candidate.hasPrefix(name) || name.hasPrefix(candidate))
      return (candidate, begins ? 1 : editDistance(Array(name), Array(candidate)))
    }
    return scored.filter { $0.1 <= 2 }.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0)
  }

  /// How many letters must be inserted, deleted or replaced to turn one word into the other.
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
