import Adapters
import Checkpoints
import Documents
import Foundation
import LinearAlgebra
import Merging
import Testing
import Updates

/// A small base, adapters of it and merged checkpoints on disk for one test. A class, so that they are removed with the
/// last reference.
final class MergeBench: Sendable {
  let folder: URL
  let type: DataType
  let weights: [String: Matrix]

  static let names = ["model.layers.0.q_proj", "model.layers.0.v_proj", "model.layers.1.q_proj"]

  /// - Parameter type: Of the base and of what is merged from it.
  init(_ type: DataType = .bfloat16) throws {
    self.type = type
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("sigmascope-merging-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var generator = SplitMix64(seed: 1)
    var weights: [String: Matrix] = [:]
    for name in Self.names {
      let rows = name.hasSuffix("v_proj") ? 48 : 64
      var values = generator.gaussianMatrix(rows: rows, columns: 64).values.map { 0.05 * $0 }
      type.round(&values)
      weights[name] = Matrix(rows: rows, columns: 64, values: values)
    }
    self.weights = weights
    try writeModel("base", weights)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  func base() throws -> ModelFolder { try ModelFolder(path: path("base")) }

  // MARK: Writing

  /// Writes a model, rounded to the type of the bench or another one.
  func writeModel(_ name: String, _ weights: [String: Matrix], as other: DataType? = nil) throws {
    let type = other ?? type
    try FileManager.default.createDirectory(
      atPath: path(name), withIntermediateDirectories: true)
    let sorted = weights.sorted { $0.key < $1.key }
    // A file is only made where there is none.
    try? FileManager.default.removeItem(atPath: "\(path(name))/model.safetensors")
    let file = try SafetensorsShard(
      path: "\(path(name))/model.safetensors",
      tensors: sorted.map {
        SafetensorsShard.Tensor(
          name: "\($0.key).weight", dataType: type, shape: [$0.value.rows, $0.value.columns])
      }, metadata: [:])
    for (key, matrix) in sorted {
      var values = matrix.values
      if type != .float64 { type.round(&values) }
      try file.write(type.bytes(of: values), of: "\(key).weight", at: 0)
    }
    try Data(#"{"model_type": "llama", "dtype": "x"}"#.utf8)
      .write(to: folder.appendingPathComponent("\(name)/config.json"))
  }

  /// Writes an adapter of rank 4 on all weights.
  func writeAdapter(
    _ name: String, seed: UInt64 = 2, size: Double = 0.05, fields: String = #""lora_alpha": 8"#,
    factors: ((String, Matrix) throws -> (down: Matrix, up: Matrix))? = nil,
    magnitudes: ((String, Matrix) -> [Double])? = nil
  ) throws {
    var generator = SplitMix64(seed: seed)
    var entries: [SafetensorsWriter.Entry] = []
    for module in Self.names {
      let weight = try #require(weights[module])
      let pair =
        try factors?(module, weight)
        ?? (
          0.3 * generator.gaussianMatrix(rows: 4, columns: weight.columns),
          size * generator.gaussianMatrix(rows: weight.rows, columns: 4)
        )
      for (part, matrix) in [("lora_A.weight", pair.0), ("lora_B.weight", pair.1)] {
        entries.append(
          SafetensorsWriter.Entry(
            name: "base_model.model.\(module).\(part)", shape: [matrix.rows, matrix.columns],
            values: .float32(matrix.values.map { Float($0) })))
      }
      if let magnitudes {
        let values = magnitudes(module, weight)
        entries.append(
          SafetensorsWriter.Entry(
            name: "base_model.model.\(module).lora_magnitude_vector", shape: [values.count],
            values: .float32(values.map { Float($0) })))
      }
    }
    try FileManager.default.createDirectory(
      atPath: path(name), withIntermediateDirectories: true)
    try SafetensorsWriter.write(entries, to: "\(path(name))/adapter_model.safetensors")
    try Data(#"{"peft_type": "LORA", "r": 4, \#(fields)}"#.utf8)
      .write(to: folder.appendingPathComponent("\(name)/adapter_config.json"))
  }

  /// The factors of an adapter by module.
  func factors(of adapter: String) throws -> [String: (down: Matrix, up: Matrix)] {
    let file = try ModelFolder(savedWithAdapter: "\(path(adapter))/adapter_model.safetensors")
    return try Dictionary(
      uniqueKeysWithValues: Self.names.map { name in
        let pair = try ["A", "B"].map { part in
          let weight = try file.weight(named: "base_model.model.\(name).lora_\(part).weight")
          return Matrix(rows: weight.rows, columns: weight.columns, values: try weight.doubles())
        }
        return (name, (pair[0], pair[1]))
      })
  }

  /// The updates of an adapter by module.
  func updates(of adapter: String) throws -> [String: Matrix] {
    let updates = try MergeInput(path: path(adapter)).updates(of: base())
    return try Dictionary(
      uniqueKeysWithValues: updates.modules.map { ($0.module, try $0.matrix()) })
  }

  /// Writes a checkpoint whose weights a closure makes of base and update.
  func writeMerged(
    _ adapter: String, as other: DataType? = nil,
    _ merged: (_ name: String, _ weight: Matrix, _ update: Matrix) throws -> Matrix
  ) throws {
    let updates = try updates(of: adapter)
    var result: [String: Matrix] = [:]
    for (name, weight) in weights {
      result[name] = try merged(name, weight, #require(updates[name]))
    }
    try writeModel("merged", result, as: other)
  }

  func rounded(_ matrix: Matrix) -> Matrix {
    var values = matrix.values
    type.round(&values)
    return Matrix(rows: matrix.rows, columns: matrix.columns, values: values)
  }

  // MARK: Checking and merging

  func check(_ adapter: String = "adapter", merged: String = "merged") async throws -> CheckReport {
    try await MergeCheck(
      base: base(), adapter: MergeInput(path: path(adapter)),
      merged: MergeInput(path: path(merged))
    ).report(jobs: 2)
  }

  func checkStart(residual: String = "merged") async throws -> CheckReport {
    try await StartCheck(
      base: base(), residual: MergeInput(path: path(residual)),
      adapter: MergeInput(path: path("adapter"))
    ).report(jobs: 2)
  }

  @discardableResult
  func merge(
    _ adapter: String = "adapter", rounding: MergeRounding = .nearest, type: DataType? = nil,
    to name: String = "merged", jobs: Int = 2, resuming: Bool = false, fails: Bool = false
  ) async throws -> MergeSummary {
    let plan = try MergePlan(
      base: base(), adapter: MergeInput(path: path(adapter)), type: type)
    let work = try PartialWork(for: path(name), fingerprint: "test", resuming: resuming)
    return try await work.publishing {
      let summary = try await ModelMerge(plan, rounding: rounding)
        .write(into: work, jobs: jobs) { _ in "# card\n" }
      if fails { throw Stop() }
      return summary
    }
  }

  /// Stands for a stop when all weights are written.
  struct Stop: Error {}
}

extension Matrix {
  /// The Euclidean norm of each row.
  var rowNorms: [Double] {
    (0..<rows).map { row in
      (0..<columns).reduce(0.0) { $0 + self[row, $1] * self[row, $1] }.squareRoot()
    }
  }
}
