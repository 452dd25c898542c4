import Diagnosis
import Testing

@Suite("Example of Diagnosis") struct DiagnosisExampleTests {
  @Test func `a curve that falls for good has collapsed`() throws {
    // example
    let rewards = [0.4, 0.5, 0.6, 0.6, 0.5, 0.1, 0.0, 0.0, 0.0, 0.0]
    let curve = rewards.enumerated().map { CurvePoint(step: $0 + 1, value: $1) }
    let run = ExaminedRun(
      settings: RunSettings(kind: .reinforcement), log: TrainingLog(curves: ["reward": curve]))
    let examination = CollapseRule.examine(run)
    if case .found(let symptom) = examination {
      print(symptom.evidence, symptom.advice)
    }
    // end
    guard case .found = examination else {
      Issue.record("not found")
      return
    }
  }
}
