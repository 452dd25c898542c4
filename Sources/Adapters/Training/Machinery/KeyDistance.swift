/// Which keys look like a mistyped one.
enum KeyDistance {
  /// Those that begin with it, or differ by at most two letters; the nearest first.
  static func near(_ key: String, among keys: [String]) -> [String] {
    let scored = keys.map { candidate in
      let begins = !key.isEmpty && (candidate.hasPrefix(key) || key.hasPrefix(candidate))
      return (candidate, begins ? 1 : edits(key, candidate))
    }
    return scored.filter { $0.1 <= 2 }.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0)
  }

  /// The number of letters to insert, delete or exchange.
  ///
  /// **Source:** Wagner, Fischer, "The string-to-string correction problem", JACM 21, 1974.
  private static func edits(_ first: String, _ second: String) -> Int {
    let target = Array(second)
    var distances = Array(0...target.count)
    for (row, letter) in first.enumerated() {
      var diagonal = distances[0]
      distances[0] = row + 1
      for column in target.indices {
        let substituted = diagonal + (letter == target[column] ? 0 : 1)
        diagonal = distances[column + 1]
        distances[column + 1] = min(substituted, diagonal + 1, distances[column] + 1)
      }
    }
    return distances[target.count]
  }
}
