import Experiments
import Studies
import Testing
import Training

/// The options of a run that no factor names.
@Suite("Switches") struct SwitchTests {
  private static func switches(_ change: (inout TrainingSettings) -> Void) throws -> [String]? {
    var settings = TrainingSettings.default
    change(&settings)
    return Factors(try RunSpecification(settings)).switches
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
        "max-length 9", "merge-cycle bfloat16", "rollout-noise 0.3", "task-option digits=2 noise=0",
        "warmup 0",
      ])
  }

  @Test func `another optimiser is one switch, though it has no second beta`() throws {
    let found = try Self.switches {
      $0.adapter = "full"
      $0.optimizer = .sgd
    }
    #expect(found == ["optimizer sgd"])
  }
}
