import Adapters
import Checkpoints
import Documents
import Experiments
import Foundation
import LinearAlgebra
import Spectra
import Testing
import Training
import Updates

/// What a reduction does to what the model says about a text.
@Suite("Text of a reduction") struct ReductionTextTests {
  private static let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/base-qwen2").path
  private static let query = "model.layers.0.self_attn.q_proj"
  private static let alphabet = Array("abcdefgh ")
  private static let text = "abc bad cafe face ha gag bead each aged deaf babe cage fade head age"

  private let scratch: StudyScratch
  private let base: String
  private let tuned: String
  private let file: String

  init() throws {
    scratch = try StudyScratch()
    base = "\(scratch.path)/base"
    file = "\(scratch.path)/text.txt"
    try FileManager.default.copyItem(atPath: Self.fixture, toPath: base)
    try TokenizerWriter.write(WordTokenizer(alphabet: Self.alphabet), to: base)
    try Self.text.write(toFile: file, atomically: true, encoding: .utf8)
    tuned = "\(scratch.path)/tuned"
    try Self.writeTuned(base, to: tuned)
  }

  /// The base with a change of rank 3 in one weight, and one of its last norm.
  private static func writeTuned(_ base: String, to tuned: String) throws {
    let model = try ModelFolder(path: base)
    try FileManager.default.createDirectory(atPath: tuned, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: "\(base)/config.json", toPath: "\(tuned)/config.json")
    var generator = SplitMix64(seed: 5)
    try SafetensorsWriter.write(
      model.parameters.map { weight in
        var values = try weight.doubles()
        if weight.name == "\(query).weight" {
          let update =
            0.05 * generator.gaussianMatrix(rows: weight.rows, columns: 3)
            * generator.gaussianMatrix(rows: 3, columns: weight.columns)
          values = zip(values, update.values).map { $0 + $1 }
        } else if weight.name == "model.norm.weight" {
          values = values.map { $0 * 1.5 }
        }
        return .init(name: weight.name, shape: weight.shape, values: values)
      }, to: "\(tuned)/model.safetensors")
  }

  private func source() throws -> ReductionSource { try .difference(base: base, tuned: tuned) }

  private func outcome(
    _ rule: any RankRule, vectors: ReductionOptions.Keeping = .whole
  ) async throws -> Reducer.Outcome {
    var options = ReductionOptions(rule: rule)
    options.vectors = vectors
    return try await Reducer(source(), options, text: file, jobs: 2).reduced()
  }

  @Test func `what is kept whole says what the tuned model says`() async throws {
    let reduction = try await outcome(ExactRule()).reduction
    let text = try #require(reduction.text)
    // A first token that nothing predicts.
    #expect(text.tokens == Self.text.count - 1)
    #expect(abs(text.tuned - text.base) > 1e-3)
    #expect(abs(text.reduced - text.tuned) < 1e-6)
    let lost = try #require(reduction.modules[0].lostOutput)
    #expect(lost < 1e-6)
  }

  @Test func `a norm that is left out is missing from what the reduced model says`() async throws {
    let text = try #require(try await outcome(ExactRule(), vectors: .leave).reduction.text)
    #expect(abs(text.reduced - text.tuned) > 1e-3)
  }

  /// The first layer's queries are read from the embeddings alone, so its input is known without a decoder.
  @Test func `the error of an output is that of the product with what the module reads`()
    async throws
  {
    let outcome = try await outcome(CountRule(1))
    let model = try ModelFolder(path: base)
    func matrix(_ name: String) throws -> Matrix {
      let weight = try model.weight(named: name)
      return Matrix(rows: weight.rows, columns: weight.columns, values: try weight.doubles())
    }
    let embedding = try matrix("model.embed_tokens.weight")
    let gain = try matrix("model.layers.0.input_layernorm.weight").values
    let rows = Self.text.dropLast().map { character -> [Double] in
      let token = Self.alphabet.firstIndex(of: character) ?? 0
      let row = (0..<embedding.columns).map { embedding[token, $0] }
      let size = (row.reduce(0) { $0 + $1 * $1 } / Double(row.count) + 1e-6).squareRoot()
      return zip(row, gain).map { $0 / size * $1 }
    }
    let inputs = Matrix(
      rows: rows.count, columns: embedding.columns, values: rows.flatMap { $0 })
    let update = try #require(source().updates.modules.first { $0.module == Self.query }).matrix()
    let module = outcome.adapter.modules[0]
    let kept = module.scale * (module.factors.output * module.factors.input)
    let expected =
      Matrix.product(inputs, .asStored, update - kept, .transposed).frobeniusNorm()
      / Matrix.product(inputs, .asStored, update, .transposed).frobeniusNorm()
    let found = try #require(outcome.reduction.modules[0].lostOutput)
    // The decoder reads in single precision.
    #expect(abs(found - expected) < 1e-5 && expected > 0.05)
  }

  @Test func `a text with characters that the base lacks is named, with the line`() async throws {
    try "abc\u{E9}".write(toFile: file, atomically: true, encoding: .utf8)
    await #expect(throws: TokenizerError.text(file: file, line: nil, .unknownText("\u{E9}"))) {
      try await outcome(ExactRule())
    }
    let lines = "\(scratch.path)/text.jsonl"
    try Data(
      """
      {"prompt": "abc", "answer": "bad"}
      {"prompt": "abc", "answer": "Bad"}

      """.utf8
    ).write(to: URL(fileURLWithPath: lines))
    let error = await #expect(throws: TokenizerError.self) {
      try await Reducer(
        source(), ReductionOptions(rule: ExactRule()), text: lines, jobs: 1
      ).reduced()
    }
    #expect(error?.description.hasPrefix("'\(lines)', line 2: the vocabulary has no token") == true)
  }

  @Test func `a text of one token, and bytes that are no text, are refused`() async throws {
    try "a".write(toFile: file, atomically: true, encoding: .utf8)
    await #expect(throws: ReductionError.emptyText(file: file)) {
      try await outcome(ExactRule())
    }
    try Data([0x61, 0xff, 0x62]).write(to: URL(fileURLWithPath: file))
    await #expect(throws: TaskError.self) { try await outcome(ExactRule()) }
  }
}
