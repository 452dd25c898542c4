import Checkpoints
import Diagnosis
import Spectra
import Testing

/// What a verdict says of a run as a whole.
@Suite("Verdicts") struct VerdictTests {
  private func run(
    _ kind: TrainingKind, _ column: String, _ values: [Double], size: Double = 0.1
  ) -> ExaminedRun {
    let curve = values.enumerated().map { CurvePoint(step: $0 + 1, value: $1) }
    let steps = [2, values.count].map { step in
      StepSummary(
        step: step, medians: [RelativeUpdateNorm.name: size], changedModules: 1, modules: 1,
        nonFiniteModules: [], collapseScore: nil)
    }
    return ExaminedRun(
      settings: RunSettings(kind: kind, learningRate: 3e-3),
      log: TrainingLog(curves: [column: curve]), steps: steps, checkpoints: [2, values.count])
  }

  private func symptom(_ rule: String, of run: ExaminedRun) throws -> Symptom {
    try #require(Verdict(of: run, topCount: 16).symptoms.first { $0.rule == rule })
  }

  private static let fall = (0..<40).map { $0 < 6 ? 0.5 : 0.0 }

  @Test func `findings of one run advise one rate`() throws {
    let usual = try symptom("collapse", of: run(.reinforcement, "reward", Self.fall))
    #expect(usual.advice.contains("a third of the rate (1e-3)"))
    let large = run(.reinforcement, "reward", Self.fall, size: 2)
    for rule in ["collapse", "update-size"] {
      let advice = try symptom(rule, of: large).advice
      // Twice the base: a tenth, and half of that.
      #expect(advice.contains("1/20 of the rate (2e-4)"), "\(advice)")
      #expect(!advice.contains("a third"))
    }
  }

  @Test func `an update of many times its base lowers the rate by as much more`() throws {
    let huge = run(.reinforcement, "reward", Self.fall, size: 12_739)
    #expect(try symptom("update-size", of: huge).advice.contains("(2e-8)"))
  }

  @Test func `a rate out of the law's reach is told to be found, not to be divided`() throws {
    let curve = Self.fall.enumerated().map { CurvePoint(step: $0 + 1, value: $1) }
    let moves = [0, 7.06, 0.0023, 5e-6, 1e-6].enumerated().map {
      CurvePoint(step: $0 + 1, value: $1)
    }
    let run = ExaminedRun(
      settings: RunSettings(kind: .reinforcement, learningRate: 1e3),
      log: TrainingLog(curves: ["reward": curve, "kl_step": moves]), checkpoints: [2, 40])
    let early = try symptom("first-steps", of: run)
    #expect(early.status == .suspicious)
    #expect(early.cause == "The rate of 1e3 is more than 3 times what this start bears.")
    for rule in ["first-steps", "collapse"] {
      #expect(
        try symptom(rule, of: run).advice
          .contains("less than 1/14 of the rate (7e1; sigmascope advise finds it)"))
    }
    #expect(
      try symptom("collapse", of: run).cause.contains("step 2 moved it by 7.06 nats"))
  }

  @Test func `a log of a few rows is too short for a clean bill`() {
    let rewards = [0.35, 0.3, 0.36, 0.35, 0.32, 0.35].enumerated().map {
      CurvePoint(step: $0 + 1, value: $1)
    }
    let short = Verdict(
      of: ExaminedRun(
        settings: RunSettings(kind: .reinforcement), log: TrainingLog(curves: ["reward": rewards])),
      topCount: 16)
    #expect(short.status == .unjudged)
    #expect(short.headline.contains("too short to judge the run by"))
  }

  @Test(arguments: [
    ([2, 40], "Take checkpoint 2"), ([40], "No checkpoint was saved before it: begin again"),
    ([], "Take a checkpoint of step"),
  ])
  func `only where all saved checkpoints are known is none before it`(
    saved: [Int], advice: String
  ) throws {
    let whole = run(.reinforcement, "reward", Self.fall)
    let examined = ExaminedRun(
      settings: whole.settings, log: whole.log, steps: whole.steps, checkpoints: saved)
    let found = try symptom("collapse", of: examined)
    #expect(found.advice.contains(advice), "\(found.advice)")
  }

  @Test func `a checkpoint of step 0 is called the start`() {
    func headline(_ rows: [HistoryRow], _ checkpoints: [Int]) -> String {
      Verdict(
        of: ExaminedRun(
          settings: RunSettings(), log: TrainingLog(rows), checkpoints: checkpoints), topCount: 0
      ).headline
    }
    let first = HistoryRow(step: 0, values: ["eval_accuracy": 0.4])
    for checkpoints in [[], [0]] {
      #expect(headline([first], checkpoints).hasPrefix("This is the start: at step 0"))
    }
    let later = HistoryRow(step: 5, values: ["eval_accuracy": 0.4])
    for headline in [headline([first, later], [0]), headline([first], [0, 5]), headline([], [])] {
      #expect(headline.hasSuffix("No matrix was compared."), "\(headline)")
    }
  }

  @Test(arguments: [
    (16, [64, 128], "top 16 input directions;"),
    (1000, [64, 64], "top 32 input directions (half of a matrix's; K = 1000 was asked for);"),
    (40, [64, 128], "top 40 input directions (at most half of a matrix's);"),
  ])
  func `words name the K that was used`(asked: Int, sizes: [Int], words: String) throws {
    let modules = sizes.enumerated().map { index, size in
      ModuleAnalysis(
        identity: ModuleIdentity(
          run: "r", method: "lora", seed: nil, step: 5, module: "m\(index)", rows: size,
          columns: 2 * size),
        metrics: [UpdateFrobeniusNorm.name: 1, RelativeUpdateNorm.name: 0.1],
        nulls: [
          NullEstimate(metric: HeadShareRight.name, mean: 0.5, standardDeviation: 0.1, samples: nil)
        ])
    }
    let step = StepSummary(
      step: 5,
      medians: [
        RelativeUpdateNorm.name: 0.1, HeadShareRight.name: 0.5, NullZRight.name: 0,
      ], changedModules: 2, modules: 2, nonFiniteModules: [], collapseScore: nil)
    let verdict = Verdict(
      of: ExaminedRun(
        settings: RunSettings(), log: .empty, steps: [step], modules: modules), topCount: asked)
    #expect(verdict.sentences.contains { $0.contains(words) }, "\(verdict.sentences)")
  }

  @Test func `a log with columns of this program is not one of TRL`() {
    let trl = ["reward", "frac_reward_zero_std"]
    let curve = [CurvePoint(step: 1, value: 0.5)]
    func trainer(_ columns: [String]) -> String? {
      let curves = Dictionary(uniqueKeysWithValues: columns.map { ($0, curve) })
      return LogSignature.of(TrainingLog(curves: curves))?.trainer
    }
    #expect(trainer(trl) == "TRL GRPO")
    #expect(trainer(trl + ["calibration_gap"]) == "sigmascope")
  }

  @Test func `the collapse is dated where the reward fell`() throws {
    let found = try symptom("collapse", of: run(.reinforcement, "reward", Self.fall))
    #expect(found.step == 7)
    #expect(found.evidence.contains("fell from 0.5 to 0, below half at step 7"))
  }

  @Test func `a run that leaps at once began at its first point`() throws {
    let losses = [0.2] + (1..<40).map { 4 + 0.01 * Double($0 % 3) }
    let outcome = try #require(run(.supervised, "loss", losses).outcome)
    #expect(outcome.start == 0.2)
    let calm = try #require(
      run(.supervised, "loss", (0..<40).map { 2 - 0.02 * Double($0) }).outcome)
    #expect(abs(calm.start - 1.96) < 1e-12)
    // One lucky first point of a noisy curve is no start.
    let noisy = [1.0] + (1..<40).map { $0 % 3 == 0 ? 1.0 : 0.0 }
    let start = try #require(run(.reinforcement, "reward", noisy).outcome?.start)
    #expect(start < 0.5)
  }

  @Test func `a run with a remark is not one without a sign of trouble`() {
    let rise = (0..<40).map { min(0.9, 0.3 + 0.02 * Double($0)) }
    let remarked = Verdict(
      of: run(.reinforcement, "reward", rise, size: 0.5), topCount: 16)
    #expect(remarked.symptoms.map(\.rule) == ["update-size"])
    #expect(!remarked.headline.contains("No sign of trouble"))
    #expect(!remarked.symptoms[0].cause.contains("far above"))
  }
}
