import Diagnosis
import Experiments
import Foundation
import Reports
import Spectra

/// The journal of a stopped analysis, as it is and with the checksums that its lines should have; what is read becomes
/// a report.
enum JournalTarget: FuzzTarget {
  static let name = "journal"
  static let seeds = "*.jsonl"

  private static let format = JournalFormat(fingerprint: "f")

  static func read(_ input: [UInt8], in folder: FuzzFolder) throws {
    _ = format.read(Data(input))
    _ = format.read(format.head + input)
    let lines = input.split(separator: UInt8(ascii: "\n")).enumerated().map {
      format.line(of: Data($1), key: String($0))
    }
    let results = format.read(lines.reduce(format.head, +)) ?? [:]
    let modules = results.sorted { $0.key < $1.key }.compactMap { _, json in
      try? JSONDecoder().decode(JournaledModule.self, from: json).analysis
    }
    guard let first = modules.first else { return }
    let steps = [StepSummary(step: first.identity.step, modules: modules)]
    let run = RunAnalysis(
      name: first.identity.run, method: first.identity.method, seed: first.identity.seed, base: nil,
      steps: steps, curves: [:],
      verdict: Verdict(
        of: ExaminedRun(settings: RunSettings(), log: .empty, steps: steps, modules: modules),
        topCount: 4),
      findings: [modules.unusableFinding].compactMap(\.self))
    let files = try? Report.files(
      of: Analysis(
        command: [], version: "", topCount: 4, modules: modules, vectors: [], runs: [run]),
      formats: [.csv, .json, .svg])
    precondition(files != nil, "a report can be made of every journal")
  }
}
