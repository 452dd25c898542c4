import Documents
import Testing

@Suite("Text from files, shown to people") struct ShownTextTests {
  @Test(arguments: ["", "layers.0.q_proj", "实验 · 5\u{A0}%", "שלום عالم", "a\u{301} → 'b' 👩‍🔬"])
  func `plain text of any language is shown as it is`(text: String) {
    #expect(text.shownLine == text && text.wellFormed == text)
  }

  @Test(arguments: [
    ("a\nb\tc\rd", #"a\nb\tc\rd"#), ("\u{1B}[31mred", #"\u{1B}[31mred"#), ("\0", #"\u{0}"#),
    ("\u{7F}\u{9B}", #"\u{7F}\u{9B}"#), ("abc\u{202E}cba", #"abc\u{202E}cba"#),
    ("\u{2066}x\u{2069}\u{200F}", #"\u{2066}x\u{2069}\u{200F}"#), ("\u{FFFE}", #"\u{FFFE}"#),
    ("\r\n", #"\r\n"#), ("\u{2028}", #"\u{2028}"#),
  ])
  func `commands to the terminal are escaped`(text: String, shown: String) {
    #expect(text.shownLine == shown)
  }

  @Test func `a long name is cut in the middle, and what surrounds it stays`() {
    let name = String(repeating: "a", count: 5_000) + String(repeating: "z", count: 5_000)
    let shown = "error: module '\(name)' is not in 'base'".shownLine
    #expect(shown.count < 500)
    #expect(shown.hasPrefix("error: module 'aaa") && shown.hasSuffix("zzz' is not in 'base'"))
    #expect(shown.contains("9600 more"))
  }

  @Test func `a line is cut where all its names are short`() {
    #expect(String(repeating: "name ", count: 40_000).shownLine.count < 21_000)
  }

  @Test(arguments: [
    ("a\u{FFFE}\u{FFFF}", "a\u{FFFD}\u{FFFD}"),
    ("\0\u{1}\u{1F}\u{7F}", "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
    ("\u{1FFFE}", "\u{FFFD}"), ("a\tb\nc", "a\tb\nc"),
  ])
  func `what may not stand in a document is replaced`(text: String, replaced: String) {
    #expect(text.wellFormed == replaced)
  }
}
