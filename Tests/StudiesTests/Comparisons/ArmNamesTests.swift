import Diagnosis
import Studies
import Testing

@Suite("Arms of runs made elsewhere") struct ArmNamesTests {
  private func run(
    _ name: String, _ adapter: String = "lora", rate: Double? = 1e-3, rank: Int? = nil,
    seed: Int? = nil, steps: Int? = nil
  ) -> StudyRun {
    StudyRun(
      name: name, arm: adapter,
      factors: Factors(adapter: adapter, learningRate: rate, rank: rank), seed: seed,
      curves: steps.map { ["loss": [CurvePoint(step: $0, value: 1)]] } ?? [:])
  }

  @Test func `runs of a method with the same settings are one arm`() {
    let runs = ArmNames.assigned(to: [
      run("a", seed: 0), run("b", seed: 1), run("c", rate: 1e-4, seed: 0), run("d", "pissa"),
    ])
    #expect(runs.map(\.arm) == ["lora", "lora", "lora", "pissa"])
  }

  @Test func `settings that differ within a method tell its arms apart`() {
    let runs = ArmNames.assigned(to: [
      run("a", rank: 8, seed: 0), run("b", rank: 16, seed: 0), run("c", "pissa", rank: 8),
    ])
    #expect(runs.map(\.arm) == ["lora, rank 8", "lora, rank 16", "pissa"])
  }

  @Test func `runs that only their steps tell apart are called after them`() {
    let runs = ArmNames.assigned(to: [
      run("a", steps: 60), run("b", steps: 14), run("c", rate: 1e-4, steps: 60),
      run("d", "pissa", seed: 0, steps: 60), run("e", "pissa", seed: 1, steps: 14),
    ])
    #expect(
      runs.map(\.arm) == ["lora, 60 steps", "lora, 14 steps", "lora, 60 steps", "pissa", "pissa"])
    let alike = ArmNames.assigned(to: [
      run("x", steps: 60), run("y", steps: 60), run("z", steps: 14),
    ])
    #expect(
      alike.map(\.arm) == ["lora, 60 steps (x)", "lora, 60 steps (y)", "lora, 14 steps"])
  }

  @Test(arguments: [[nil, nil], [0, nil], [3, 3]] as [[Int?]])
  func `runs whose seeds cannot be told apart are no seeds of one arm`(seeds: [Int?]) {
    let runs = ArmNames.assigned(to: [run("x", seed: seeds[0]), run("y", seed: seeds[1])])
    #expect(runs.map(\.arm) == ["lora (x)", "lora (y)"])
  }
}
