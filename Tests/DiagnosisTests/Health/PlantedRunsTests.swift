import Diagnosis
import Foundation
import Testing

/// How often each rule sees what was planted, and how often it sees what is not there: the table of docs/health.md.
@Suite("Planted runs") struct PlantedRunsTests {
  private static let draws: UInt64 = 200

  /// Of how many runs in a hundred a rule finds something.
  struct Rates {
    var found = 0.0
    var faults = 0.0
  }

  static func rates(
    of rule: any HealthRule.Type, in kinds: [TrainingKind], seeds: Range<UInt64>,
    sick strike: (inout PlantedRun) -> Void = { _ in }
  ) -> Rates {
    var rates = Rates()
    let share = 100 / Double(seeds.count * kinds.count)
    for kind in kinds {
      for seed in seeds {
        var run = PlantedRun(kind, seed: seed)
        strike(&run)
        guard case .found(let symptom) = rule.examine(run.examined) else { continue }
        rates.found += share
        if symptom.status > .healthy { rates.faults += share }
      }
    }
    return rates
  }

  /// The rows of the table: found of sick runs, faults and remarks of healthy ones, in percent.
  private static let documented: [String: [Double]] = {
    let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(
        "docs/health.md")
    let lines = (try? String(contentsOf: page, encoding: .utf8))?.split(separator: "\n") ?? []
    var rows: [String: [Double]] = [:]
    for line in lines.drop(while: { !$0.hasPrefix("| rule | sick") }).prefix(while: {
      $0.hasPrefix("|")
    }) {
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      rows[cells[0].filter { $0 != "`" }] = cells.dropFirst().compactMap(Double.init)
    }
    return rows
  }()

  @Test(arguments: Illness.all)
  func `a rule sees what was planted, and nothing where nothing is, as often as the page says`(
    illness: Illness
  ) throws {
    let sick = Self.rates(
      of: illness.rule, in: [illness.kind], seeds: 0..<Self.draws, sick: illness.strike)
    let healthy = Self.rates(
      of: illness.rule, in: [.supervised, .preference, .reinforcement],
      seeds: 1000..<1000 + Self.draws)
    let measured = [sick.found, healthy.faults, healthy.found - healthy.faults]
    let name: String = illness.rule.name
    let said = Self.documented[name] ?? []
    #expect(
      said.count == 3 && zip(measured, said).allSatisfy { abs($0 - $1) <= 1.5 },
      "| `\(name)` | \(measured.map { "\(($0 * 10).rounded() / 10)" }.joined(separator: " | ")) |"
    )
    #expect(sick.found >= 90)
    #expect(healthy.faults <= 1)
  }

  @Test func `every rule has its illness`() {
    #expect(Illness.all.map { $0.rule.name }.sorted() == HealthRules.all.map { $0.name }.sorted())
  }

  @Test func `what is planted as a fault is called one`() {
    for illness in Illness.all
    where illness.rule.name != "rank-in-use" && illness.rule.name != "head-share" {
      let sick = Self.rates(
        of: illness.rule, in: [illness.kind], seeds: 0..<Self.draws, sick: illness.strike)
      let name: String = illness.rule.name
      #expect(sick.faults >= 75, "\(name): \(sick.faults)")
    }
  }
}
