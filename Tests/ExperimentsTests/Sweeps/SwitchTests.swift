import Experiments
import Foundation
import Studies
import Testing
import Training

/// The options of a run that no factor names.
@Suite("Switches") struct SwitchTests {
  private static func switches(_ change: (inout TrainingSettings) -> Void) throws -> [String]? {
    var settings = TrainingSettings.default
    change(&settings)
    return try Factors(RunSpecification(settings)).switches
  }

  /// Answers of two digits are shorter by themselves.
  @Test func `options are said with their values, sorted, and usual ones are not`() throws {
    #expect(try Self.switches { $0.rank = 4 } == [])
    let found = try Self.switches {
      $0.warmup = 0
      $0.mergeCycle = .bfloat16
      $0.rolloutNoise = 0.3
      $0.taskOption = ["digits=2", "noise=0"]
      $0.staleRollouts = false
    }
    #expect(
      found == [
        "merge-cycle bfloat16", "rollout-noise 0.3", "task-option digits=2 noise=0", "warmup 0",
      ])
    #expect(try Self.switches { $0.maxLength = 5 } == ["max-length 5"])
  }

  @Test func `runs on a file of problems have switches too`() throws {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("switches-\(UUID().uuidString).jsonl")
    let lines = (10..<90).map { "{\"prompt\": \"\($0)+1=\", \"answer\": \"\($0 + 1)\"}" }
    try lines.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    let found = try Self.switches {
      $0.task = "jsonl"
      $0.taskOption = ["file=\(file.path)"]
      $0.warmup = 0
    }
    #expect(found == ["task-option file=\(file.path)", "warmup 0"])
  }

  @Test func `another optimiser is one switch, though it has no second beta`() throws {
    let found = try Self.switches {
      $0.adapter = "full"
      $0.optimizer = .sgd
    }
    #expect(found == ["optimizer sgd"])
  }
}
