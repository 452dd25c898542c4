import Checkpoints
import Diagnosis
import Spectra
import Testing

/// What runs say to one that died.
@Suite("Advice among runs") struct SiblingAdviceTests {
  private func run(
    _ name: String, _ method: String, rate: Double, end: Double, size: Double,
    kind: TrainingKind = .reinforcement, base: String = "hash"
  ) -> RunAnalysis {
    let rewards = (0..<40).map { CurvePoint(step: $0 + 1, value: $0 < 4 ? 0.5 : end) }
    let log = TrainingLog(curves: ["reward": rewards])
    let settings = RunSettings(kind: kind, learningRate: rate, targets: ["q_proj"])
    let steps = [2, 40].map { step in
      StepSummary(
        step: step, medians: [RelativeUpdateNorm.name: size], changedModules: 1, modules: 1,
        nonFiniteModules: [], collapseScore: nil)
    }
    let examined = ExaminedRun(settings: settings, log: log, steps: steps)
    var verdict = Verdict(of: examined, topCount: 16)
    // Without matrices the verdict would be that nothing changed.
    if verdict.status == .unchanged { verdict.status = .healthy }
    return RunAnalysis(
      name: name, method: method, seed: nil, settings: settings,
      base: BaseIdentity(name: "base", contentHash: base), steps: steps, curves: log.curves,
      verdict: verdict, findings: [])
  }

  private func advice(to dead: RunAnalysis, beside others: [RunAnalysis]) -> String {
    ([dead] + others).advisingEachOther()[0].verdict.symptoms.first?.advice ?? ""
  }

  private var dead: RunAnalysis { run("fast", "pissa", rate: 3e-3, end: 0, size: 0.15) }

  @Test func `the rate that lived with the same start is advised, with how far both had moved`() {
    let advice = advice(
      to: dead,
      beside: [
        run("slow", "pissa", rate: 3e-4, end: 0.8, size: 0.017),
        run("plain", "lora", rate: 1e-3, end: 0.7, size: 0.1),
      ])
    #expect(
      advice.hasSuffix(
        "At step 2 pissa at 3e-3 had moved the weights by 15 % of the base, 'slow', which lived, by 1.7 %. "
          + "pissa at 3e-4 ('slow') lived: that is the surer rate, or lora at 1e-3 ('plain'), which lived as well."
      ))
  }

  @Test func `runs of another kind, base or fate are no siblings`() {
    let plain = advice(to: dead, beside: [])
    let others = [
      run("sft", "pissa", rate: 3e-4, end: 0.8, size: 0.01, kind: .preference),
      run("other base", "pissa", rate: 3e-4, end: 0.8, size: 0.01, base: "another"),
      run("dead, too", "pissa", rate: 1e-3, end: 0, size: 0.1),
    ]
    #expect(advice(to: dead, beside: others) == plain)
    #expect(plain.contains("a third of the rate (1e-3)"))
  }

  @Test func `a run that lived at the same rate shows a limit`() {
    let advice = advice(to: dead, beside: [run("lucky", "pissa", rate: 3e-3, end: 0.8, size: 0.14)])
    #expect(advice.contains("at its limit"))
  }
}
