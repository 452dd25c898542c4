import Studies
import Testing

@Suite("Factors") struct FactorsTests {
  private static let common = Factors(
    adapter: "lora", learningRate: 3e-3, rank: 8, scale: 2, dropout: 0, steps: 100)

  private static func changed(_ change: (inout Factors) -> Void) -> Factors {
    var factors = common
    change(&factors)
    return factors
  }

  @Test func `another adapter at another rank and rate is another method`() {
    let other = Self.changed {
      $0.adapter = "dora"
      $0.rank = 4
      $0.learningRate = 1e-3
    }
    #expect(other.isMethod(like: Self.common))
  }

  @Test(arguments: [1, 2, 3, 8, 64])
  func `a method may scale by alpha over the root of the rank`(rank: Int) {
    let alpha = 2 * Double(rank)
    let other = Self.changed {
      $0.adapter = "rslora"
      $0.rank = rank
      $0.scale = alpha / Double(rank).squareRoot()
    }
    #expect(other.isMethod(like: Self.common))
  }

  @Test func `another scale, dropout or number of steps is no method`() {
    #expect(!Self.changed { $0.scale = 4 }.isMethod(like: Self.common))
    #expect(!Self.changed { $0.scale = 2 * 8.0.squareRoot() }.isMethod(like: Self.common))
    #expect(
      !Self.changed {
        $0.adapter = "pissa"
        $0.scale = 1
      }.isMethod(like: Self.common))
    #expect(!Self.changed { $0.dropout = 0.1 }.isMethod(like: Self.common))
    #expect(!Self.changed { $0.steps = 50 }.isMethod(like: Self.common))
  }

  @Test func `an option of the task is read from its switch`() {
    let run = Self.changed { $0.switches = ["task-option digits=2 keys=64", "warmup 0"] }
    #expect(run.taskOption("keys") == "64" && run.taskOption("digits") == "2")
    #expect(run.taskOption("key") == nil && Self.common.taskOption("keys") == nil)
  }

  @Test func `without an option of the task the others stay`() {
    let run = Self.changed { $0.switches = ["task-option digits=2 keys=64", "warmup 0"] }
    #expect(run.leaving(taskOption: "keys").switches == ["task-option digits=2", "warmup 0"])
    let alone = Self.changed { $0.switches = ["task-option keys=64"] }
    #expect(alone.leaving(taskOption: "keys").switches == [])
    #expect(Self.common.leaving(taskOption: "keys") == Self.common)
  }
}
