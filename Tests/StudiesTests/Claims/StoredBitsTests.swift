import Diagnosis
import Foundation
import Studies
import Testing

/// Claim 38, on methods whose share of stored keys falls through one half at a planted number of keys.
@Suite("Claim 38: stored bits") struct StoredBitsTests {
  /// A way of training with its trained parameters and the number of keys of which it stores half.
  private struct Method {
    var adapter: String
    var rank = 8
    var parameters: Int
    var capacity: Double
  }

  private static let ordered = [
    Method(adapter: "ln-tuning", parameters: 320, capacity: 8),
    Method(adapter: "vera", parameters: 1_000, capacity: 40),
    Method(adapter: "lora", rank: 1, parameters: 3_000, capacity: 120),
    Method(adapter: "lora", parameters: 24_000, capacity: 500),
    Method(adapter: "full", parameters: 100_000, capacity: 5_000),
  ]

  private static func study(
    _ methods: [Method], task: String = "lookup", seeds: Int = 3, keys: [Int] = [16, 64, 256, 1024]
  ) -> StudyResults {
    let arms = methods.flatMap { method in
      keys.flatMap { keys in
        // At the second rate nothing is stored: the best rate counts.
        [(1e-3, method.capacity), (1e-2, 1)].map { rate, capacity in
          let share = 1 / (1 + pow(Double(keys) / capacity, 2))
          return PlannedArm(
            adapter: method.adapter, rate: rate, final: 0.25 + 0.75 * share
          ) {
            $0.rank = method.rank
            $0.task = task
            $0.switches = ["task-option keys=\(keys)"]
          }
        }
      }
    }
    var study = PlantedStudy.study(arms, seeds: seeds)
    study.common.task = task
    study.common.switches = []
    for index in study.runs.indices {
      let factors = study.runs[index].factors
      study.runs[index].trainedParameters =
        methods.first { $0.adapter == factors.adapter && $0.rank == factors.rank }?.parameters
      // Sampled answers do not tell what is stored.
      study.runs[index].curves["eval_greedy_accuracy"] = study.runs[index].curves["eval_accuracy"]
      study.runs[index].curves["eval_accuracy"] = [CurvePoint(step: 100, value: 0.3)]
    }
    return study
  }

  private static func finding(_ study: StudyResults) -> ClaimFinding {
    ClaimRegistry.all[37].judge(study)
  }

  /// The methods, where the capacities of two are exchanged.
  private static func exchanging(_ one: Int, _ other: Int) -> [Method] {
    var methods = ordered
    methods[one].capacity = ordered[other].capacity
    methods[other].capacity = ordered[one].capacity
    return methods
  }

  @Test func `capacities in the order of parameters reproduce it, inside the range or not`() throws
  {
    let finding = Self.finding(Self.study(Self.ordered))
    #expect(finding.verdict == .reproduced, "\(finding.measured)")
    #expect(finding.measured.contains("ln-tuning (320 parameters) below 16, below 16, below 16"))
    #expect(finding.measured.contains("full (100000 parameters) above 1024"))
    // Ten pairs of five methods, three seeds.
    #expect(
      finding.measured.contains(
        "Of 10 pairs in 3 seeds 30 can be told apart, and 30 of them are in the order"))
    let bits = try #require(finding.evidence.first { $0.label.hasSuffix("parameter, lora") })
    #expect(abs(bits.value * 24_000 - 500) < 15 && bits.count == 3)
    #expect(!finding.evidence.contains { $0.label.hasSuffix("full") })
  }

  @Test func `a pair that is reversed in every seed refutes it`() {
    let finding = Self.finding(Self.study(Self.exchanging(1, 3)))
    #expect(finding.verdict == .notReproduced, "\(finding.measured)")
  }

  @Test func `a pair that is reversed in one of three seeds leaves it open`() {
    var study = Self.study(Self.ordered)
    let other = Self.study(Self.exchanging(1, 2))
    for index in study.runs.indices where study.runs[index].seed == 0 {
      study.runs[index] = other.runs[index]
    }
    #expect(Self.finding(study).verdict == .undecided)
  }

  @Test func `methods that all store everything are not told apart`() {
    let methods = Self.ordered.map { method in
      var method = method
      method.capacity = 5_000
      return method
    }
    let finding = Self.finding(Self.study(methods))
    #expect(finding.verdict == .undecided && finding.evidence.isEmpty, "\(finding.measured)")
  }

  @Test func `capacities that are about equal refute nothing`() {
    var methods = Self.ordered
    methods[2].capacity = methods[1].capacity / 1.1
    #expect(Self.finding(Self.study(methods)).verdict == .reproduced)
    methods[2].capacity = methods[1].capacity / 1.5
    #expect(Self.finding(Self.study(methods)).verdict == .notReproduced)
  }

  @Test func `a method without a seed is left out`() {
    var methods = Self.ordered
    methods[1].capacity = 3_000
    var study = Self.study(methods)
    #expect(Self.finding(study).verdict == .notReproduced)
    study.runs.removeAll { $0.factors.adapter == "vera" && $0.seed == 1 }
    let finding = Self.finding(study)
    #expect(finding.verdict == .reproduced && !finding.measured.contains("vera"))
  }

  @Test func `a run that failed stores nothing, and neither does one without an examination`() {
    var study = Self.study(Self.ordered)
    for index in study.runs.indices where study.runs[index].factors.adapter == "full" {
      study.runs[index].failure = "a number is not finite"
    }
    #expect(Self.finding(study).measured.contains("full (100000 parameters) below 16"))
    for index in study.runs.indices where study.runs[index].factors.adapter == "full" {
      study.runs[index].failure = nil
      study.runs[index].curves["eval_greedy_accuracy"] = [CurvePoint(step: 100, value: .nan)]
    }
    #expect(Self.finding(study).measured.contains("full (100000 parameters) below 16"))
  }

  @Test func `methods of about one size are no pair`() {
    let methods = Self.ordered.map { method in
      var method = method
      method.parameters = 1_000 + method.rank
      return method
    }
    #expect(Self.finding(Self.study(methods)).verdict == .notTested)
  }

  @Test func `another task, two seeds, one number of keys or two methods test nothing`() {
    let studies = [
      Self.study([]), Self.study(Self.ordered, task: "scratchpad"),
      Self.study(Self.ordered, seeds: 2), Self.study(Self.ordered, keys: [64]),
      Self.study(Array(Self.ordered.prefix(2))),
    ]
    for finding in studies.map(Self.finding) {
      #expect(finding.verdict == .notTested && finding.evidence.isEmpty)
      #expect(finding.measured.hasPrefix("The study has no "))
    }
  }
}
