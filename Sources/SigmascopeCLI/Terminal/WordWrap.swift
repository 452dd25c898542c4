/// Breaks text between words.
enum WordWrap {
  /// The lines of a text.
  /// - Parameters:
  ///   - text: Words; spaces at its beginning indent all lines.
  ///   - width: How many characters a line may have; a longer word keeps its line to itself. Nil for one line.
  ///   - hanging: How much further the second and later lines are indented.
  static func lines(_ text: String, width: Int?, hanging: Int = 0) -> [String] {
    guard let width, text.count > width else { return [text] }
    let indent = String(text.prefix { $0 == " " })
    var lines: [String] = []
    var line = indent
    for word in text.split(separator: " ") {
      let isEmpty = line.allSatisfy { $0 == " " }
      if !isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = indent + String(repeating: " ", count: hanging) + word
      } else {
        line += isEmpty ? String(word) : " \(word)"
      }
    }
    return lines + [line]
  }
}
