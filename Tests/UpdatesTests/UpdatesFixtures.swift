import Checkpoints
import Foundation
import LinearAlgebra
import Testing
import Updates

/// One adapter fixture with its golden values.
struct AdapterFixture: Sendable, CustomTestStringConvertible {
  let name: String
  let golden: GoldenUpdates

  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures")

  /// All folders in `adapters` that have golden values.
  static let all: [AdapterFixture] = {
    let adapters = folder.appendingPathComponent("adapters").path
    let paths = FileManager.default.enumerator(atPath: adapters)?.allObjects as? [String] ?? []
    return paths.filter { $0.hasSuffix("/golden.json") }.sorted().compactMap { path in
      let file = URL(fileURLWithPath: "\(adapters)/\(path)")
      guard let data = try? Data(contentsOf: file),
        let golden = try? JSONDecoder().decode(GoldenUpdates.self, from: data)
      else { return nil }
      return AdapterFixture(name: String(path.dropLast("/golden.json".count)), golden: golden)
    }
  }()

  var testDescription: String { name }
  var path: String { Self.folder.appendingPathComponent("adapters/\(name)").path }

  func base() throws -> ModelFolder {
    try ModelFolder(path: Self.folder.appendingPathComponent(golden.base).path)
  }

  /// The updates of the adapter, or of the last checkpoint of the run that it belongs to.
  func updates() throws -> CheckpointUpdates {
    let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let run = try Discovery.runs(at: name.contains("/") ? parent : path)[0]
    return try CheckpointUpdates(of: #require(run.checkpoints.last), in: run, base: base())
  }

  /// Splits the update of a fused expert parameter into the separate tensors of the base.
  func parts(of module: String, _ update: Matrix) -> [(String, Matrix)] {
    let owner = module.split(separator: ".").dropLast().joined(separator: ".")
    let isMixtral = module.contains("block_sparse_moe")
    if module.hasSuffix("gate_up_proj") {
      let half = update.rows / 2
      return [
        ("\(owner).\(isMixtral ? "w1" : "gate_proj")", update.rowSlice(0..<half)),
        ("\(owner).\(isMixtral ? "w3" : "up_proj")", update.rowSlice(half..<2 * half)),
      ]
    }
    return [(isMixtral && module.hasSuffix("down_proj") ? "\(owner).w2" : module, update)]
  }

  /// A tied head is counted once, as the embedding.
  var countedOnce: Set<String> { name.hasSuffix("tied") ? ["lm_head"] : [] }
}

/// The contents of `golden.json`.
struct GoldenUpdates: Decodable, Sendable {
  let base: String
  let modules: [String: Module]
  let vectors: [String: Vector]
  /// The largest deviation that PEFT's own rounding explains, if it computes in Float32.
  let tolerance: Double?

  struct Module: Decodable, Sendable {
    let shape: [Int]
    let frobeniusNorm: Double
    let singularValues: [Double]
    /// Row, column, entry.
    let probes: [[Double]]
    let scale: Double?

    enum CodingKeys: String, CodingKey {
      case shape, probes, scale
      case frobeniusNorm = "frobenius_norm"
      case singularValues = "singular_values"
    }

    /// The largest deviation, relative to the norm of the update.
    func deviation(of update: Matrix) throws -> Double {
      let values = try update.singularValues()
      var deviations = [abs(update.frobeniusNorm() - frobeniusNorm)]
      deviations += zip(values, singularValues).map { abs($0 - $1) }
      deviations += probes.map { abs(update[Int($0[0]), Int($0[1])] - $0[2]) }
      return (deviations.max() ?? 0) / max(frobeniusNorm, .leastNormalMagnitude)
    }
  }

  struct Vector: Decodable, Sendable {
    let length: Int
    let norm: Double
    /// Position, entry.
    let probe: [Double]

    /// The largest deviation, relative to the norm of the change.
    func deviation(of change: [Double]) -> Double {
      guard change.count == length else { return .infinity }
      let size = change.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let difference = max(abs(size - norm), abs(change[Int(probe[0])] - probe[1]))
      return difference / max(norm, .leastNormalMagnitude)
    }
  }
}
