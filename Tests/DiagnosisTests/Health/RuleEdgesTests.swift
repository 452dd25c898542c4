import Checkpoints
import Diagnosis
import Spectra
import Testing

/// What rules say of logs that are short, or that two of their columns tell differently.
@Suite("Edges of rules") struct RuleEdgesTests {
  private func run(
    _ kind: TrainingKind, _ columns: [String: [Double]], size: Double? = nil, rate: Double = 3e-3
  ) -> ExaminedRun {
    let curves = columns.mapValues { values in
      values.enumerated().map { CurvePoint(step: $0 + 1, value: $1) }
    }
    let steps = size.map { size in
      [
        StepSummary(
          step: 40, medians: [RelativeUpdateNorm.name: size], changedModules: 1, modules: 1,
          nonFiniteModules: [], collapseScore: nil)
      ]
    }
    return ExaminedRun(
      settings: RunSettings(kind: kind, learningRate: rate), log: TrainingLog(curves: curves),
      steps: steps ?? [])
  }

  private func symptom(_ rule: String, of run: ExaminedRun) -> Symptom? {
    Verdict(of: run, topCount: 16).symptoms.first { $0.rule == rule }
  }

  @Test(arguments: [2, 4, 7]) func `few points are no collapse and no divergence`(count: Int) {
    let reward = run(.reinforcement, ["reward": [0.5] + Array(repeating: 0, count: count - 1)])
    #expect(symptom("collapse", of: reward) == nil)
    #expect(Verdict(of: reward, topCount: 16).status == .unjudged)
    let margin = run(.preference, ["rewards/margins": [0.002, -0.001]])
    #expect(symptom("collapse", of: margin) == nil)
    let loss = run(.supervised, ["loss": [1] + Array(repeating: 9, count: count - 1)])
    #expect(symptom("divergence", of: loss) == nil)
  }

  @Test func `an examination that fell counts whatever rewards there are`() {
    let examined = [0.9, 0.8, 0.4, 0.1]
    let dip: [Double] = [0.5, 0.5, 0.5, 0.5, 0, 0, 0, 0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]
    for columns in [
      ["reward": dip, "eval_accuracy": examined], ["eval_accuracy": examined],
      ["reward": [0.5, 0.5], "eval_accuracy": examined],
    ] {
      let found = symptom("collapse", of: run(.reinforcement, columns))
      #expect(found?.status == .suspicious && found?.columns == ["eval_accuracy"])
    }
  }

  @Test func `a wild ratio at one step does not hide a mean that is far off`() {
    let largest = (0..<100).map { $0 == 50 ? 500.0 : 2 }
    let mean = (0..<100).map { 1 - 0.7 * Double($0) / 99 }
    let columns = [
      "sampling/importance_sampling_ratio/mean": mean,
      "sampling/importance_sampling_ratio/max": largest,
    ]
    #expect(symptom("importance-ratio", of: run(.reinforcement, columns))?.status == .suspicious)
    let calm = columns.merging(
      ["sampling/importance_sampling_ratio/mean": mean.map { _ in 1 }], uniquingKeysWith: { $1 })
    let remark = symptom("importance-ratio", of: run(.reinforcement, calm))
    #expect(remark?.status == .healthy && remark?.step == 51)
  }

  @Test func `NaN lasts from the last finite value on, and the worst column is told`() {
    let early = (0..<100).map { $0 == 2 || $0 == 99 ? Double.nan : 1 }
    let lasting = symptom("non-finite", of: run(.reinforcement, ["loss": early]))
    #expect(lasting?.status == .nonFinite && lasting?.step == 100)
    #expect(
      lasting?.evidence
        == "'loss' is NaN or infinite at times from step 3 on, and from step 100 to the end.")
    let once = (0..<100).map { $0 == 2 ? Double.nan : 1 }
    let passing = symptom("non-finite", of: run(.reinforcement, ["loss": once]))
    #expect(passing?.status == .suspicious)
    #expect(passing?.evidence == "'loss' is NaN or infinite at step 3, and finite after it.")
    let reward = (0..<100).map { $0 >= 50 ? Double.nan : 0.5 }
    let worst = symptom("non-finite", of: run(.reinforcement, ["loss": once, "reward": reward]))
    #expect(worst?.status == .nonFinite && worst?.step == 51 && worst?.columns == ["reward"])
  }

  @Test func `no rule advises a higher rate beside one that finds it too high`() {
    let flat = (0..<40).map { 0.5 + 0.01 * Double($0 % 2) }
    let moves = Array(repeating: 0.06, count: 40)
    let hot = run(.reinforcement, ["reward": flat, "kl_step": moves], size: 0.005)
    let plateau = symptom("plateau", of: hot)
    #expect(plateau?.advice == "Train for longer.", "\(plateau?.advice ?? "")")
    #expect(symptom("first-steps", of: hot) != nil)
    let calm = run(.reinforcement, ["reward": flat], size: 0.005)
    #expect(
      symptom("plateau", of: calm)?.advice == "Train at three times the rate (9e-3) or for longer.")
  }

  @Test func `a first step out of the law's reach is one of the first steps`() {
    let reward = (0..<40).map { 0.3 + 0.01 * Double($0) }
    let moves = [0.9] + Array(repeating: 0.001, count: 39)
    let found = symptom(
      "first-steps", of: run(.reinforcement, ["reward": reward, "kl_step": moves]))
    #expect(found?.status == .suspicious)
    let calm = [0.3] + moves.dropFirst()
    #expect(
      symptom("first-steps", of: run(.reinforcement, ["reward": reward, "kl_step": calm])) == nil)
  }

  @Test func `accuracies of pairs tell preference training`() {
    let log = TrainingLog(curves: [
      "loss": [CurvePoint(step: 1, value: 0.7)],
      "rewards/accuracies": [CurvePoint(step: 1, value: 0.5)],
    ])
    #expect(log.kind == .preference)
  }

  @Test func `a rate of zero has no third`() {
    let still = run(
      .reinforcement, ["reward": (0..<40).map { $0 < 6 ? 0.5 : 0 }], size: 2, rate: 0)
    #expect(symptom("update-size", of: still)?.advice.contains("(0)") == false)
  }

  @Test func `NaN advises the rate that other findings do`() {
    let reward = (0..<40).map { $0 < 6 ? 0.5 : Double.nan }
    let large = run(.reinforcement, ["reward": reward], size: 2)
    let advice = symptom("non-finite", of: large)?.advice ?? ""
    #expect(advice.contains("1/20 of the rate (1.5e-4)"), "\(advice)")
  }

  @Test func `preferences are judged by their accuracy where no margin was logged`() {
    let accuracy = (0..<40).map { 0.2 + 0.01 * Double($0 % 3) }
    let found = symptom("reversed-preference", of: run(.preference, ["acc_mean": accuracy]))
    #expect(found?.status == .suspicious && found?.columns == ["acc_mean"])
  }
}
