import Diagnosis
import Foundation
import Studies

/// A study of notebooks-data, read back from its tables.
///
/// They hold medians over all matrices and four of the curves. Values for one kind of matrix, profiles, entropy and the
/// norm of the gradient are not in them. A table that the study does not have is empty.
struct RecordedStudy {
  let folder: URL
  private let commonRate: Double

  static let full = RecordedStudy("full-study")

  /// - Parameters:
  ///   - path: The folder in notebooks-data.
  ///   - commonRate: The learning rate of the baseline that others are compared with.
  init(_ path: String, commonRate: Double = 3e-3) {
    self.commonRate = commonRate
    folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("notebooks-data/\(path)")
  }

  /// The names of its pictures.
  var plots: Set<String> {
    get throws {
      Set(
        try FileManager.default.contentsOfDirectory(
          atPath: folder.appendingPathComponent("plots").path))
    }
  }

  func read() throws -> StudyResults {
    let steps = Dictionary(grouping: try rows("steps.csv")) { $0["run"] ?? "" }
    let curves = Dictionary(grouping: try rows("curves.csv")) { $0["run"] ?? "" }
    let runs = try rows("runs.csv").map { row in
      let name = row["run"] ?? ""
      return Self.run(row, name: name, steps: steps[name] ?? [], curves: curves[name] ?? [])
    }
    let baseline = runs.first { $0.arm == "lora" && $0.factors.learningRate == commonRate }
    var study = StudyResults(
      title: "recorded", common: baseline?.factors ?? Factors(adapter: "lora"),
      baseline: "lora", runs: runs)
    study.probes = try rows("probes.csv").map(Self.probe)
    return study
  }

  private static func probe(_ row: [String: String]) -> StartProbe {
    StartProbe(
      name: row["probe"] ?? "", arm: row["arm"] ?? "", factors: factors(row),
      trainedParameters: row.count("trained_parameters") ?? 0,
      reading: StartReading(
        seed: row.count("seed") ?? 0, curvature: row.number("step_curvature"),
        maskMismatch: row.number("mask_mismatch"), shortRuns: [],
        crossing: row.number("predicted_death_rate"), bisected: row.number("bisected_death_rate")))
  }

  private static func factors(_ row: [String: String]) -> Factors {
    Factors(
      adapter: row["adapter"] ?? "", learningRate: row.number("learning_rate"),
      rank: row.count("rank"), scale: row.number("scale"), dropout: row.number("dropout"),
      samplesWithDropout: row["samples_with_dropout"].map { $0 == "true" },
      forcesUnitRatio: row["forces_unit_ratio"].map { $0 == "true" },
      objective: row["objective"], batch: row.count("batch"),
      targets: row["targets"].map {
        $0 == "all" ? [] : $0.split(separator: " ").map(String.init)
      }, task: row["task"], steps: row.count("steps"),
      switches: row["switches"].map { $0.isEmpty ? [] : $0.components(separatedBy: "; ") })
  }

  private static func run(
    _ row: [String: String], name: String, steps: [[String: String]], curves: [[String: String]]
  ) -> StudyRun {
    let probes = row.reduce(into: [String: Double]()) { probes, cell in
      if cell.key.hasPrefix("probe_") {
        probes[String(cell.key.dropFirst("probe_".count))] = Double(cell.value)
      }
    }
    let failure = row["failure"] ?? ""
    return StudyRun(
      name: name, arm: row["arm"] ?? "", factors: factors(row), seed: row.count("seed"),
      trainedParameters: row.count("trained_parameters"),
      curves: Dictionary(grouping: curves) { $0["name"] ?? "" }.mapValues { points in
        points.map {
          CurvePoint(step: $0.count("step") ?? 0, value: $0.number("value") ?? .nan)
        }
      }, steps: steps.map(summary), probes: probes, failure: failure.isEmpty ? nil : failure)
  }

  private static func summary(_ row: [String: String]) -> StepSummary {
    let others: Set = ["run", "step", "changed_modules", "modules", "collapse_score"]
    return StepSummary(
      step: row.count("step") ?? 0,
      medians: row.filter { !others.contains($0.key) }.compactMapValues { Double($0) },
      changedModules: row.count("changed_modules") ?? 0, modules: row.count("modules") ?? 0,
      nonFiniteModules: [], collapseScore: row.number("collapse_score"))
  }

  /// The rows of a table, each by column.
  func rows(_ name: String) throws -> [[String: String]] {
    let file = folder.appendingPathComponent(name)
    guard FileManager.default.fileExists(atPath: file.path) else { return [] }
    let text = try String(contentsOf: file, encoding: .utf8)
    let lines = text.split(whereSeparator: \.isNewline).map(Self.cells)
    guard let columns = lines.first else { return [] }
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(columns, $0)) }
  }

  private static func cells(_ line: Substring) -> [String] {
    var cells: [String] = []
    var cell: [UInt8] = []
    var isQuoted = false
    for byte in line.utf8 {
      if byte == UInt8(ascii: "\"") {
        isQuoted.toggle()
      } else if byte == UInt8(ascii: ","), !isQuoted {
        cells.append(String(decoding: cell, as: UTF8.self))
        cell = []
      } else {
        cell.append(byte)
      }
    }
    return cells + [String(decoding: cell, as: UTF8.self)]
  }
}

extension [String: String] {
  fileprivate func number(_ column: String) -> Double? { self[column].flatMap { Double($0) } }
  fileprivate func count(_ column: String) -> Int? { self[column].flatMap { Int($0) } }
}
