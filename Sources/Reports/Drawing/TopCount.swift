import Diagnosis

/// How pages and pictures name K, the number of leading directions: it is chosen with `--top`, and a share of 8 directions is
/// another number than one of 16.
enum TopCount {
  /// `head share, K = 8`.
  static func naming(_ words: String, _ count: Int?) -> String {
    count.map { "\(words), K = \($0)" } ?? words
  }

  /// Whether a metric depends on K, by its summary.
  static func isIn(_ summary: String) -> Bool {
    summary.contains("top-K") || summary.contains("last K")
  }

  /// Words about K with its number: of `top-K input directions`, `top 8 input directions`.
  static func filled(_ words: String, _ count: PrincipalCount) -> String {
    let filled = words.replacing("top-K", with: "top \(count.number)")
      .replacing("last K", with: "last \(count.number)")
    return filled == words ? words : filled + count.remark
  }
}
