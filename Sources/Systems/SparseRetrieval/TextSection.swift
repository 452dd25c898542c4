/// A heading of a text, and what follows it up to the next one, as words.
///
/// A heading is a line that is underlined by at least as many of one of `=-~^*#"'+.`, as in reStructuredText, or that
/// begins with `#`, as in Markdown. What stands before the first heading is left out.
package struct TextSection: Equatable, Sendable {
  package let heading: [Substring]
  package let words: [Substring]

  package init(heading: [Substring], words: [Substring]) {
    self.heading = heading
    self.words = words
  }

  /// The sections of a text, in their order.
  package static func sections(of text: String) -> [TextSection] {
    let lines = text.lowercased().split(separator: "\n", omittingEmptySubsequences: false)
    var found = [TextSection]()
    var heading: [Substring]?
    var body = [Substring]()
    func close() {
      if let heading { found.append(TextSection(heading: heading, words: body)) }
      body = []
    }
    var place = 0
    while place < lines.count {
      let line = lines[place]
      if line.hasPrefix("#"), line.contains(" ") {
        close()
        heading = words(of: line)
      } else if place + 1 < lines.count, isUnderlined(line, by: lines[place + 1]) {
        close()
        heading = words(of: line)
        place += 1
      } else {
        body += words(of: line)
      }
      place += 1
    }
    close()
    return found
  }

  private static func isUnderlined(_ line: Substring, by next: Substring) -> Bool {
    guard let mark = next.first, "=-~^*#\"'+.".contains(mark), let first = line.first,
      !first.isWhitespace, next.count >= max(3, line.count)
    else { return false }
    return next.allSatisfy { $0 == mark } && !line.allSatisfy { $0 == first }
  }

  /// Runs of letters, digits and underscores from a letter on, at least two long, of a text in lower case.
  private static func words(of line: Substring) -> [Substring] {
    line.split { !($0.isLetter || $0.isNumber || $0 == "_") }
      .map { $0.drop { !$0.isLetter } }.filter { $0.count >= 2 }
  }
}
