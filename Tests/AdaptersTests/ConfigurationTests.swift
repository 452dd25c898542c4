import Adapters
import Testing

@Suite("Settings of modules") struct ConfigurationTests {
  private static let modules = [
    "model.layers.0.self_attn.q_proj", "model.layers.0.self_attn.k_proj",
    "model.layers.10.self_attn.q_proj", "model.layers.10.mlp.down_proj",
  ]

  private func ranks(_ pattern: [(String, Int)]) throws -> [Int] {
    var configuration = AdapterConfiguration(peftType: "LORA")
    configuration.rankPattern = PatternTable(pattern.map { .init(pattern: $0.0, value: $0.1) })
    return try configuration.settings(for: Self.modules).modules.map(\.rank)
  }

  /// What `re.match(r"(.*\.)?(KEY)$", name)` of Python matches.
  @Test(arguments: [
    ("q_proj", [2, 8, 2, 8]), ("layers.0.self_attn.q_proj", [2, 8, 8, 8]),
    ("0.self_attn.q_proj", [2, 8, 8, 8]), ("proj", [8, 8, 8, 8]),
    ("(q|k)_proj", [2, 2, 2, 8]), (#"layers\.10\..*"#, [8, 8, 2, 2]),
    ("^model.layers.0.self_attn.q_proj", [2, 8, 8, 8]),
    ("^layers.0.self_attn.q_proj", [8, 8, 8, 8]),
    ("base_model.model.model.layers.0.self_attn.q_proj", [8, 8, 8, 8]),
    (#"layers\.\d\.self_attn\.[qk]_proj"#, [2, 2, 8, 8]), ("q.proj", [2, 8, 2, 8]),
  ])
  func `a pattern chooses modules by PEFT's rule`(pattern: String, expected: [Int]) throws {
    #expect(try ranks([(pattern, 2)]) == expected)
  }

  @Test func `the first of two patterns wins`() throws {
    #expect(try ranks([("layers.0.*", 3), ("q_proj", 2)]) == [3, 3, 2, 8])
    #expect(try ranks([("q_proj", 2), ("layers.0.*", 3)]) == [2, 3, 2, 8])
  }

  @Test func `what matched nothing is told`() throws {
    var configuration = AdapterConfiguration(peftType: "LORA")
    configuration.rankPattern = PatternTable([
      .init(pattern: "q_proj", value: 2), .init(pattern: "v_proj", value: 4),
    ])
    configuration.alphaPattern = PatternTable([.init(pattern: "o_proj", value: 4)])
    configuration.targetModules = .names(["q_proj", "gate_proj"])
    let settings = try configuration.settings(for: Self.modules)
    #expect(settings.unusedRankPatterns == ["v_proj"])
    #expect(settings.unusedAlphaPatterns == ["o_proj"])
    #expect(settings.unusedTargets == ["gate_proj"])
  }

  @Test func `an alpha of the user stands in for every other`() throws {
    var configuration = AdapterConfiguration(peftType: "LORA")
    configuration.alpha = 0
    configuration.alphaPattern = PatternTable([.init(pattern: "q_proj", value: 4)])
    #expect(try configuration.settings(for: Self.modules).modules.map(\.alpha) == [4, 0, 4, 0])
    configuration.alphaOverride = 16
    #expect(try configuration.settings(for: Self.modules).modules.map(\.alpha) == [16, 16, 16, 16])
  }

  @Test func `a pattern that is no expression is refused`() throws {
    #expect(throws: AdapterError.invalidPattern("q_proj(")) { try ranks([("q_proj(", 2)]) }
    #expect(
      AdapterError.invalidPattern("q_proj(").description
        == "'q_proj(' is not a valid regular expression")
  }
}
