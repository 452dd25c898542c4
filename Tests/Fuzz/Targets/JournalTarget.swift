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

  private static let format = JournalFormat(fingerprint: "f", kernel: "k")

  static func read(_ input: [UInt8], in folder: FuzzFolder) throws {
    _ = results(in: Data(input))
    _ = results(in: format.head + input)
    let lines = input.split(separator: UInt8(ascii: "\n")).enumerated().map {
      format.line(of: Data($1), key: String($0))
    }
    let modules = results(in: lines.reduce(format.head, +)).sorted { $0.key < $1.key }
      .compactMap { _, json in format.decoded(JournaledModule.self, json)?.analysis }
    guard let first = modules.first else { return }
    let steps = [StepSummary(step: first.identity.step, modules: modules)]
    let run = RunAnalysis(
      name: first.identity.run, method: first.identity.method, seed: first.identity.seed, base: nil,
      steps: steps, curves: [:],
      verdict: Verdict(
        of: ExaminedRun(settings: RunSettings(), log: .empty, steps: steps, modules: modules),
        topCount: 4),
      findings: [modules.unusableFinding(amongst: modules.count)].compactMap(\.self))
    let files = try? Report.files(
      of: Analysis(
        command: [], version: "", topCount: 4, modules: StoredResults(modules), vectors: [],
        runs: [run]),
      formats: [.csv, .json, .svg])
    let bytes = files.map { $0.compactMap { try? $0.bytes } }
    precondition(
      bytes != nil && bytes?.count == files?.count, "a report can be made of every journal")
  }

  /// The JSON of each line that passes its checksum, by key.
  private static func results(in journal: Data) -> [String: Data] {
    var results = [String: Data]()
    _ = format.scan({ journal.dropFirst($0.lowerBound).prefix($0.count) }) { key, line, _ in
      results[key] = format.result(of: journal[line])?.json
    }
    return results
  }
}
