import Documents
import Testing

@Suite("JSON") struct JSONValueTests {
  private func parse(
    _ text: String, dialect: JSONValue.Dialect = .strict
  ) throws(JSONSyntaxError) -> JSONValue {
    try JSONValue(parsing: Array(text.utf8), dialect: dialect)
  }

  private func fault(_ bytes: [UInt8]) -> (offset: Int, fault: JSONFault)? {
    do {
      _ = try JSONValue(parsing: bytes)
      return nil
    } catch {
      return (error.offset, error.fault)
    }
  }

  @Test func `members keep the order of the file`() throws {
    let value = try parse(#"{"b": 1, "a": 2, "c": 3}"#)
    #expect(value.members.map(\.key) == ["b", "a", "c"])
  }

  @Test func `each kind of value has its accessor`() throws {
    let value = try parse(#" {"s": "x", "i": -3, "d": 1.5e2, "t": true, "n": null, "a": [1, []]} "#)
    #expect(value["s"]?.string == "x")
    #expect(value["i"]?.integer == -3)
    #expect(value["d"]?.double == 150)
    #expect(value["t"]?.boolean == true)
    #expect(value["n"]?.isNull == true)
    #expect(value["a"]?.array?.count == 2)
    #expect(value["absent"] == nil)
  }

  @Test func `an integer beyond the precision of a double is exact`() throws {
    #expect(try parse("9007199254740993").integer == 9_007_199_254_740_993)
  }

  @Test func `escapes become the characters they stand for`() throws {
    let value = try parse(#""a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00é""#)
    #expect(value.string == "a\"\\/\u{8}\u{C}\n\r\té😀é")
  }

  @Test(arguments: [
    ("", 0, JSONFault.unexpectedEnd),
    ("{", 1, .unexpectedEnd),
    (#"{"a": 1,}"#, 8, .unexpectedByte(UInt8(ascii: "}"))),
    (#"{"a" 1}"#, 5, .unexpectedByte(UInt8(ascii: "1"))),
    (#"{"a": 1, "b": 2, "a": 3}"#, 17, .duplicateKey("a")),
    (#"{"a": 1, "\u0061": 3}"#, 9, .duplicateKey("a")),
    ("[1 2]", 3, .unexpectedByte(UInt8(ascii: "2"))),
    ("01", 0, .invalidNumber),
    ("-", 1, .unexpectedEnd),
    ("1.x", 2, .invalidNumber),
    ("1e999", 0, .invalidNumber),
    ("nul", 3, .unexpectedEnd),
    ("NaN", 0, .unexpectedByte(UInt8(ascii: "N"))),
    ("'a'", 0, .unexpectedByte(UInt8(ascii: "'"))),
    ("\"a\nb\"", 2, .controlCharacter(10)),
    (#""\x""#, 2, .invalidEscape),
    (#""\u12g4""#, 5, .invalidEscape),
    (#""\ud800""#, 7, .unexpectedByte(UInt8(ascii: "\""))),
    (#""\ud800\u0041""#, 3, .invalidText),
    (#""\udc00""#, 3, .invalidText),
    ("1 1", 2, .trailingContent),
    (String(repeating: "[", count: 100), 64, .tooDeep(limit: 64)),
  ])
  func `a fault is named with its place`(text: String, offset: Int, expected: JSONFault) throws {
    let found = try #require(fault(Array(text.utf8)))
    #expect(found.fault == expected)
    #expect(found.offset == offset)
  }

  @Test func `bytes that are not UTF-8 are refused`() throws {
    let found = try #require(fault([UInt8(ascii: "\""), 0xC3, 0x28, UInt8(ascii: "\"")]))
    #expect(found.fault == .invalidText)
  }

  @Test func `a key repeated among many is found`() throws {
    let members = (0..<100).map { "\"k\($0)\": 0" }.joined(separator: ",")
    let found = try #require(fault(Array("{\(members),\"k3\":1}".utf8)))
    #expect(found.fault == .duplicateKey("k3"))
  }

  @Test func `Python's infinite numbers are read where a file is Python's`() throws {
    let value = try parse("[NaN, Infinity, -Infinity]", dialect: .python)
    #expect(value.array?[0].double?.isNaN == true)
    #expect(value.array?[1].double == .infinity)
    #expect(value.array?[2].double == -.infinity)
  }

  @Test func `a fault is told in words`() {
    let error = #expect(throws: JSONSyntaxError.self) { try parse(#"{"a": 1, "a": 2}"#) }
    #expect(error?.offset == 9)
    #expect(error?.fault.description == "the key 'a' stands twice in one object")
  }

  @Test(arguments: [#"{"b":[1,2.5,null,true,"a\"\n/é"],"a":{},"c":[]}"#, "-0.0", "[NaN]"])
  func `a line reads back to what was written`(text: String) throws {
    let value = try parse(text, dialect: .python)
    #expect(value.line == text + "\n")
    #expect(try parse(value.line, dialect: .python).line == value.line)
  }

  @Test func `a page has its keys in order, one a line`() throws {
    let value = JSONValue.table(["b": .array([.integer(1)]), "a": .number(16), "c": .number(1e-5)])
    #expect(
      value.page == """
        {
          "a" : 16,
          "b" : [
            1
          ],
          "c" : 1e-05
        }

        """)
  }
}

@Suite("JSON keys") struct JSONKeyTests {
  @Test(arguments: [2, 12]) func `two spellings of one character are two keys`(count: Int) throws {
    // U+00E9, and e with a combining accent: equal as Swift strings, but different keys in a file.
    let others = (0..<count).map { "\"k\($0)\": 0" }.joined(separator: ",")
    let text = "{\"\u{E9}\": 1, \(others), \"e\u{301}\": 2}"
    let value = try JSONValue(parsing: Array(text.utf8))
    #expect(value.members.count == count + 2)
  }
}
