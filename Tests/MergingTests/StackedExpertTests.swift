import Checkpoints
import Documents
import Foundation
import LinearAlgebra
import Merging
import Testing

/// Base, adapter and merged checkpoint may each hold experts one by one or stacked; the answers are the same.
@Suite("Experts stored in two ways") struct StackedExpertTests {
  enum Form: CaseIterable {
    case separate, stacked
  }

  /// Two experts with a gate and an up projection (5 × 8), and adapters of rank 2 on each.
  final class Bench {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("sigmascope-experts-\(UUID().uuidString)")
    private let owner = "model.layers.0.mlp.experts"
    private let parts = ["gate_proj", "up_proj"]
    /// By expert, then gate and up.
    let weights: [[Matrix]]
    private let factors: [[(down: Matrix, up: Matrix)]]

    init() {
      var generator = SplitMix64(seed: 61)
      weights = (0..<2).map { _ in
        (0..<2).map { _ in generator.gaussianMatrix(rows: 5, columns: 8) }
      }
      factors = (0..<2).map { _ in
        (0..<2).map { _ in
          (
            generator.gaussianMatrix(rows: 2, columns: 8),
            0.1 * generator.gaussianMatrix(rows: 5, columns: 2)
          )
        }
      }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    var updates: [[Matrix]] { factors.map { $0.map { $0.up * $0.down } } }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    func base(_ form: Form) throws -> ModelFolder {
      try model("base", form, weights)
      return try ModelFolder(path: path("base"))
    }

    /// The base with each update times a factor.
    func merged(_ form: Form, _ factor: (_ expert: Int, _ part: Int) -> Double) throws -> MergeInput
    {
      let changes = updates
      try model(
        "merged", form,
        (0..<2).map { expert in
          (0..<2).map { part in
            weights[expert][part] + factor(expert, part) * changes[expert][part]
          }
        })
      return try MergeInput(path: path("merged"))
    }

    private func model(_ name: String, _ form: Form, _ values: [[Matrix]]) throws {
      var entries: [SafetensorsWriter.Entry] = []
      switch form {
      case .stacked:
        entries.append(
          .init(
            name: "\(owner).gate_up_proj", shape: [2, 10, 8],
            values: .float32(values.flatMap { $0.flatMap { $0.values.map { Float($0) } } })))
      case .separate:
        for (expert, matrices) in values.enumerated() {
          for (part, matrix) in zip(parts, matrices) {
            entries.append(
              .init(
                name: "\(owner).\(expert).\(part).weight", shape: [5, 8],
                values: .float32(matrix.values.map { Float($0) })))
          }
        }
      }
      try write(entries, to: name, file: "model.safetensors")
      try Data(#"{"model_type": "qwen3_moe"}"#.utf8)
        .write(to: folder.appendingPathComponent("\(name)/config.json"))
    }

    /// - Parameter hasUp: Whether the up projections have an adapter, too; a stacked one always has.
    func adapter(_ form: Form, name: String = "adapter", hasUp: Bool = true) throws -> MergeInput {
      var matrices: [String: Matrix] = [:]
      let configuration: String
      switch form {
      case .separate:
        for (expert, pairs) in factors.enumerated() {
          for (part, pair) in zip(parts, pairs) where hasUp || part == "gate_proj" {
            matrices["\(owner).\(expert).\(part).lora_A.weight"] = pair.down
            matrices["\(owner).\(expert).\(part).lora_B.weight"] = pair.up
          }
        }
        configuration = #""r": 2, "lora_alpha": 2"#
      case .stacked:
        // Rank 4 for each expert: the directions of the gate, then those of the up projection.
        matrices["\(owner).lora_A.weight"] = .stackedRows(factors.flatMap { $0.map(\.down) })
        var output = Matrix(rows: 10, columns: 8)
        for (expert, pairs) in factors.enumerated() {
          for (part, pair) in pairs.enumerated() {
            for direction in 0..<2 {
              for row in 0..<5 {
                output[5 * part + row, (2 * part + direction) * 2 + expert] =
                  pair.up[row, direction]
              }
            }
          }
        }
        matrices["\(owner).lora_B.weight"] = output
        configuration =
          #""r": 4, "lora_alpha": 4, "target_parameters": ["mlp.experts.gate_up_proj"]"#
      }
      let entries = matrices.sorted { $0.key < $1.key }.map { key, matrix in
        SafetensorsWriter.Entry(
          name: "base_model.model.\(key)", shape: [matrix.rows, matrix.columns],
          values: .float32(matrix.values.map { Float($0) }))
      }
      try write(entries, to: name, file: "adapter_model.safetensors")
      try Data("{\"peft_type\": \"LORA\", \(configuration)}".utf8)
        .write(to: folder.appendingPathComponent("\(name)/adapter_config.json"))
      return try MergeInput(path: path(name))
    }

    private func write(
      _ entries: [SafetensorsWriter.Entry], to name: String, file: String
    ) throws {
      try FileManager.default.createDirectory(
        atPath: path(name), withIntermediateDirectories: true)
      try? FileManager.default.removeItem(atPath: "\(path(name))/\(file)")
      try SafetensorsWriter.write(entries, to: "\(path(name))/\(file)")
    }
  }

  static let forms: [[Form]] = Form.allCases.flatMap { base in
    Form.allCases.flatMap { adapter in Form.allCases.map { [base, adapter, $0] } }
  }

  private func check(_ bench: Bench, _ forms: [Form], _ factor: (Int, Int) -> Double) async throws
    -> CheckReport
  {
    try await MergeCheck(
      base: bench.base(forms[0]), adapter: bench.adapter(forms[1]),
      merged: bench.merged(forms[2], factor)
    ).report(jobs: 2)
  }

  @Test(arguments: forms)
  func `a merge is found in every form, and its faults are named`(forms: [Form]) async throws {
    let bench = Bench()
    let passed = try await check(bench, forms) { _, _ in 1 }
    #expect(passed.conclusion == .pass, "\(passed.headline)")
    #expect(passed.weights.count == (forms[1] == .separate ? 4 : 2))
    let twice = try await check(bench, forms) { _, _ in 2 }
    #expect(twice.fault == "applied_twice")
    let first = try await check(bench, forms) { expert, _ in expert == 0 ? 1 : 0 }
    #expect(first.fault == "some_modules")
    // The gates have the adapter, the up projections do not: half of the rows, or half of the modules.
    let gates = try await check(bench, forms) { _, part in part == 0 ? 1 : 0 }
    #expect(gates.fault == (forms[1] == .separate ? "some_modules" : "some_rows"))
  }

  @Test(arguments: forms.filter { $0[2] == .separate })
  func `what merge writes passes`(forms: [Form]) async throws {
    let bench = Bench()
    let (base, adapter) = (try bench.base(forms[0]), try bench.adapter(forms[1]))
    let plan = try MergePlan(base: base, adapter: adapter)
    let out = bench.path("out")
    let work = try PartialWork(for: out, fingerprint: "test", resuming: false)
    _ = try await work.publishing {
      try await ModelMerge(plan, rounding: .nearest).write(into: work, jobs: 2) { _ in "# card\n" }
    }
    let report = try await MergeCheck(base: base, adapter: adapter, merged: MergeInput(path: out))
      .report(jobs: 2)
    #expect(report.conclusion == .pass, "\(report.headline)")
    let written = try ModelFolder(path: out)
    #expect(written.parameters.map(\.shape) == base.parameters.map(\.shape))
  }

  @Test(arguments: Form.allCases)
  func `updates in two forms are compared by the smaller pieces`(form: Form) async throws {
    let bench = Bench()
    let base = try bench.base(form)
    let (separate, stacked) = (
      try bench.adapter(.separate, name: "separate"), try bench.adapter(.stacked, name: "stacked")
    )
    let merged = try bench.merged(form == .stacked ? .separate : .stacked) { _, _ in 1 }
    let names = (0..<2).flatMap { expert in
      ["gate_proj", "up_proj"].map { "model.layers.0.mlp.experts.\(expert).\($0)" }
    }
    for (first, second) in [(separate, stacked), (stacked, separate), (merged, separate)] {
      let report = try await UpdateDiff(base: base, first, second, directions: 4).report(jobs: 2)
      #expect(report.weights.map(\.name) == names)
      #expect(report.onlyFirst == [] && report.onlySecond == [])
      // Tolerance: the files hold single precision, and so does a merged weight.
      #expect(abs(try #require(report.cosine) - 1) < 1e-9)
      for weight in report.weights {
        #expect(weight.rows == 5 && weight.columns == 8)
        #expect(abs(try #require(weight.leftOverlap) - 1) < 1e-5)
      }
    }
    let gates = try bench.adapter(.separate, name: "gates", hasUp: false)
    let report = try await UpdateDiff(base: base, gates, stacked, directions: 4).report(jobs: 2)
    #expect(report.weights.map(\.name) == names.filter { $0.hasSuffix("gate_proj") })
    #expect(report.onlyFirst == [])
    #expect(
      report.onlySecond
        == (0..<2).map { "model.layers.0.mlp.experts.\($0).gate_up_proj, rows 6 to 10" })
  }
}
