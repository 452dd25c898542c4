import Adapters
import Documents
import Foundation
import LinearAlgebra
import Testing

/// Files whose trained weights PEFT has merged. This suite writes `exports.json` if `WRITE_EXPORTS` is set, and
/// `load_exports.py` makes `loaded.json` from it.
@Suite("Training: files that PEFT has read") struct TrainingExportFileTests {
  private struct Exports: Codable, Equatable {
    struct Numbers: Codable, Equatable {
      let shape: [Int]
      let values: [Float]
    }
    struct Case: Codable, Equatable {
      let tensors: [String: Numbers]
      let effective: [String: Numbers]
    }
    let base: [String: Numbers]
    let cases: [String: Case]
  }

  private struct Loaded: Decodable {
    let deviations: [String: Double]
    let configurations: String
  }

  private static let linear = [
    AdaptedModule(
      name: "m0", shape: MatrixShape(rows: 6, columns: 4), hasBias: true,
      isFeedForwardOutput: false),
    AdaptedModule(
      name: "m1", shape: MatrixShape(rows: 4, columns: 6), hasBias: false,
      isFeedForwardOutput: true),
  ]
  private static let norm = AdaptedModule(
    name: "norm", shape: MatrixShape(rows: 1, columns: 4), hasBias: true,
    isFeedForwardOutput: false)

  /// Every method of PEFT, and starts of each kind.
  private static let keys: [(String, String?)] =
    AdapterRegistry.trainable.filter { $0.key != "full" }.map { ($0.key, nil) } + [
      ("lora", "pissa"), ("lora", "orthogonal"), ("rslora", "milora"), ("dora", "olora"),
      ("lora-fa", "lora-ga"),
    ]

  @Test func `the files are named and shaped as those that PEFT has read`() throws {
    let (current, fields) = try exports()
    if ProcessInfo.processInfo.environment["WRITE_EXPORTS"] != nil {
      try write(current, fields)
    }
    let committed = try JSONDecoder().decode(
      Exports.self, from: Data(contentsOf: Self.file("exports.json")))
    #expect(Set(current.cases.keys) == Set(committed.cases.keys))
    for (name, found) in current.cases {
      let expected = committed.cases[name]?.tensors.mapValues(\.shape)
      #expect(found.tensors.mapValues(\.shape) == expected, "\(name)")
    }
    let loaded = try JSONDecoder().decode(
      Loaded.self, from: Data(contentsOf: Self.file("loaded.json")))
    #expect(Self.text(fields) == loaded.configurations)
  }

  @Test func `PEFT merged the weights that were trained`() throws {
    let loaded = try JSONDecoder().decode(
      Loaded.self, from: Data(contentsOf: Self.file("loaded.json")))
    #expect(loaded.deviations.count == Self.keys.count + 1)
    // The file holds single precision, whose unit is 6·10⁻⁸; DoRA divides by a norm.
    for (name, deviation) in loaded.deviations { #expect(deviation <= 2e-6, "\(name)") }
  }

  private static func file(_ name: String) -> URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/training/adapters/\(name)")
  }

  private static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  private static func text(_ fields: [String: [String: JSONValue]]) -> String {
    String(JSONValue.table(fields.mapValues(JSONValue.table)).line.dropLast())
  }

  private func write(
    _ exports: Exports, _ fields: [String: [String: JSONValue]]
  ) throws {
    try Data(Self.text(exports).utf8).write(to: Self.file("exports.json"))
    try Data(Self.text(fields).utf8).write(to: Self.file("configurations.json"))
  }

  private func numbers(_ matrix: Matrix, isVector: Bool = false) -> Exports.Numbers {
    numbers(
      Tensor(
        shape: isVector ? [matrix.values.count] : [matrix.rows, matrix.columns],
        values: matrix.values))
  }

  private func numbers(_ tensor: Tensor) -> Exports.Numbers {
    Exports.Numbers(shape: tensor.shape, values: tensor.values.map(Float.init))
  }

  private func exports() throws -> (Exports, [String: [String: JSONValue]]) {
    var base = [String: Exports.Numbers]()
    var cases = [String: Exports.Case]()
    var fields = [String: [String: JSONValue]]()
    for (key, start) in Self.keys {
      let found = try export(AdapterChoice(parsing: key, start: start), budget: nil)
      let name = start.map { "\(key)+\($0)" } ?? key
      (cases[name], fields[name]) = (found.0, found.fields)
      base.merge(found.base) { $1 }
    }
    let schedule = try AdaLoRASchedule(targetRank: 1, finalSteps: 1, totalSteps: 3)
    let pruned = try export(AdapterChoice(parsing: "adalora"), budget: schedule)
    (cases["adalora-pruned"], fields["adalora-pruned"]) = (pruned.0, pruned.fields)
    return (Exports(base: base, cases: cases), fields)
  }

  private func export(
    _ choice: AdapterChoice, budget schedule: AdaLoRASchedule?
  ) throws -> (Exports.Case, base: [String: Exports.Numbers], fields: [String: JSONValue]?) {
    let modules = choice.method.targets == .norms ? [Self.norm] : Self.linear
    let options = AdapterOptions(rank: 2, alpha: 3, budget: schedule)
    let made = try choice.adapters(for: modules, options: options)
    var samples = try modules.map {
      try AdaptedSample(TrainingCase(choice: choice, module: $0, options: made.options))
    }
    var values = samples.indices.map { samples[$0].perturbed() }
    let budget = try schedule.map { try pruned(&values, $0, samples) }
    let export = AdapterExport(
      modules: zip(samples, values).map { $0.trained($1) }, options: made.options,
      baseName: "base", budget: budget)
    var (base, effective) = ([String: Exports.Numbers](), [String: Exports.Numbers]())
    for (sample, parameters) in zip(samples, values) {
      let (name, isNorm) = (sample.module.name, sample.module == Self.norm)
      let found = sample.effective(parameters)
      effective["\(name).weight"] = numbers(found.weight, isVector: isNorm)
      base["\(name).weight"] = numbers(sample.base.weight, isVector: isNorm)
      if let bias = found.bias { effective["\(name).bias"] = numbers(bias, isVector: true) }
      if let bias = sample.base.bias {
        base["\(name).bias"] = numbers(Tensor(shape: [bias.count], values: bias))
      }
    }
    return (
      Exports.Case(tensors: export.tensors.mapValues { numbers($0) }, effective: effective), base,
      export.fields
    )
  }

  /// Two steps of a budget, the second of which is final.
  private func pruned(
    _ values: inout [[Matrix]], _ schedule: AdaLoRASchedule, _ samples: [AdaptedSample]
  ) throws -> AdaLoRABudget {
    var budget = try AdaLoRABudget(
      schedule: schedule, modules: samples.map(\.module), options: samples[0].options)
    let adapters = values.map { matrices in
      let views = matrices.map { MatrixView<Double>($0) }
      return (parameters: views, gradients: views)
    }
    // The parameters stand in for the gradients; the last step has no statistics of its own.
    for step in 1...2 { budget.update(step: step, adapters: adapters) }
    values = adapters.map { $0.parameters.map(\.matrix) }
    return budget
  }
}
