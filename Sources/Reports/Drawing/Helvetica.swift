/// The letters of a PDF: Helvetica, which every reader has, and Symbol for what it lacks. Nothing is embedded.
enum Helvetica {
  enum Font: String { case regular = "F1", bold = "F2", symbol = "F3" }

  /// Letters of one font, as bytes of its encoding.
  struct Run {
    let font: Font
    var bytes: [UInt8]
  }

  /// The bytes of a text, cut where the font changes, and its width in thousandths of the font's size.
  static func runs(of text: String, isBold: Bool) -> (runs: [Run], width: Int) {
    var runs: [Run] = []
    var width = 0
    for scalar in text.unicodeScalars {
      for (font, byte, advance) in letters(of: scalar, isBold: isBold) {
        width += advance
        if runs.last?.font == font {
          runs[runs.count - 1].bytes.append(byte)
        } else {
          runs.append(Run(font: font, bytes: [byte]))
        }
      }
    }
    return (runs, width)
  }

  private static func letters(
    of scalar: Unicode.Scalar, isBold: Bool
  ) -> [(Font, UInt8, Int)] {
    let font: Font = isBold ? .bold : .regular
    let widths = isBold ? boldWidths : regularWidths
    if (32..<127).contains(scalar.value) {
      return [(font, UInt8(scalar.value), widths[Int(scalar.value) - 32])]
    }
    if let (byte, width) = symbols[scalar] { return [(.symbol, byte, width)] }
    switch scalar {
    case "‖": return [(font, 0x7C, widths[0x7C - 32]), (font, 0x7C, widths[0x7C - 32])]
    case "…": return [(font, 0x85, 1000)]
    case "–": return [(font, 0x96, 556)]
    case "’": return [(font, 0x92, isBold ? 278 : 222)]
    case "½": return [(font, 0xBD, 834)]
    case "\u{2009}", "\u{A0}": return [(font, 0x20, 278)]
    // The rest of Latin 1 has the codes of Unicode; most of its letters are as wide as an "n".
    case "\u{A1}"..."\u{FF}": return [(font, UInt8(scalar.value), scalar == "°" ? 400 : 556)]
    default: return [(font, UInt8(ascii: "?"), widths[Int(UInt8(ascii: "?")) - 32])]
    }
  }

  private static let symbols: [Unicode.Scalar: (UInt8, Int)] = [
    "−": (0x2D, 549), "Δ": (0x44, 612), "σ": (0x73, 603), "α": (0x61, 631), "×": (0xB4, 549),
    "→": (0xAE, 987), "≥": (0xB3, 549), "≤": (0xA3, 549),
  ]

  // Of the characters from 32 to 126, by Adobe's font metrics for Helvetica and Helvetica-Bold.
  private static let regularWidths = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
  ]
  private static let boldWidths = [
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611,
    975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556,
    333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611,
    611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
  ]
}
