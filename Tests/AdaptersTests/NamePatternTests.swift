import Adapters
import Testing

/// What expressions of a configuration match, in bounded time.
@Suite("Patterns of names") struct NamePatternTests {
  private static let module = "model.layers.10.self_attn.q_proj"

  private func isUsed(_ expression: String, by module: String = module) throws -> Bool {
    try ModuleNames.expression(expression).unmatched(by: [module]).isEmpty
  }

  @Test(arguments: [
    #".*q_proj"#, #".*\.(q|k)_proj"#, #"model\.layers\.\d+\.self_attn\.[qkv]_proj"#,
    #"model\.layers\.\d{2}\..*"#, #".*layers\.\d{1,3}\.(?:self_attn|mlp)\..*?_proj"#,
    #"^(model)(?!.*(lm_head|output|embed)).*"#, #"^model(?=\.).*\.(q_proj|v_proj)$"#,
    #"(?:.*?(?:language|text).*?)|(?:\bmodel\.layers\.[\d]{1,}\.(?:self_attn|mlp)\.(?:(?:q_proj|k_proj)))"#,
    #"(?P<stem>.*)\.q_proj"#, #".*[^a-p]_proj"#, #".*[.-]self\Wattn.q_proj|.*q_proj"#, #"\w+\..+"#,
    #"(?:[a-z_]+\.?|\d+\.)*"#, #".*q_proj{0,1}"#, #"()*.*"#, #"\Amodel.*proj\Z"#,
  ])
  func `an expression of a trainer matches`(expression: String) throws {
    #expect(try isUsed(expression))
  }

  @Test(arguments: [
    "q_proj", #".*k_proj"#, #"model\.layers\.\d\..*"#, #"(?!model).*"#, #".*{"#,
    #"model\.layers$.*"#,
    #".*\bproj"#, #"[^m].*"#, "",
  ])
  func `an expression matches whole names only`(expression: String) throws {
    #expect(try !isUsed(expression))
  }

  @Test(arguments: ["(", ")", "a)(", "[", "[z-a]", "*a", "a**", "a{3,1}", "(?P<n", "\\"])
  func `what is no expression is refused`(expression: String) {
    #expect(throws: AdapterError.invalidPattern(expression)) { try isUsed(expression) }
  }

  @Test(arguments: [
    (#"(a)\1"#, #"'\1' is not supported"#), ("(?<=a)b", "'(?<' is not supported"),
    ("(?i)a", "'(?i' is not supported"), ("a++", "'+' behind a quantifier is not supported"),
    ("(a{1000}){1000}", "it is too long when it is written out"),
    (String(repeating: "(", count: 200), "groups this deep is not supported"),
  ])
  func `what is not matched here is refused`(expression: String, reason: String) {
    #expect(throws: AdapterError.unsupportedPattern(expression, reason: reason)) {
      try isUsed(expression)
    }
  }

  @Test(arguments: ["(a+)+b", "(a*)*b", "(a|a)*b", "(.*.*.*.*.*.*.*.*)*x", "(a?){500}a{500}b"])
  func `nested repetitions come to an end`(expression: String) throws {
    let name = String(repeating: "a", count: 600)
    #expect(try !isUsed(expression, by: name))
    #expect(try isUsed(expression, by: name + expression.suffix(1)))
  }

  @Test func `an expression that looks ahead for too long is refused`() {
    let expression = "(?:(?!.*x)a)*b"
    #expect(
      throws: AdapterError.unsupportedPattern(
        expression, reason: "it takes too long on a module's name")
    ) {
      try isUsed(expression, by: String(repeating: "a", count: 20_000))
    }
  }

  @Test func `a key of a table matches the end of a name after a dot`() throws {
    let table = PatternTable([
      .init(pattern: "(q|k)_proj", value: 4), .init(pattern: #"\d+.*"#, value: 2),
    ])
    let modules = ["a.q_proj", "aq_proj", "k_proj", "layers.1.v_proj"]
    #expect(try table.positions(for: modules) == [0, nil, 0, 1])
  }
}
