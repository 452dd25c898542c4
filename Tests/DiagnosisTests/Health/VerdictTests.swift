import Checkpoints
import Diagnosis
import Spectra
import Testing

/// What a verdict says of a run as a whole.
@Suite("Verdicts") struct VerdictTests {
  private func run(
    _ kind: TrainingKind, _ column: String, _ values: [Double], size: Double = 0.1, rank: Int? = nil
  ) -> ExaminedRun {
    let curve = values.enumerated().map { CurvePoint(step: $0 + 1, value: $1) }
    let steps = [2, values.count].map { step in
      StepSummary(
        step: step, medians: [RelativeUpdateNorm.name: size], changedModules: 1, modules: 1,
        nonFiniteModules: [], collapseScore: nil)
    }
    return ExaminedRun(
      settings: RunSettings(kind: kind, learningRate: 3e-3, rank: rank),
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
      #expect(advice.contains("1/20 of the rate (1.5e-4)"), "\(advice)")
      #expect(!advice.contains("a third"))
    }
  }

  @Test func `an update of many times its base lowers the rate by as much more`() throws {
    let huge = run(.reinforcement, "reward", Self.fall, size: 12_739)
    #expect(try symptom("update-size", of: huge).advice.contains("(2.4e-8)"))
    // The product of two trained factors goes with the square of the rate.
    let product = run(.reinforcement, "reward", Self.fall, size: 400, rank: 8)
    #expect(try symptom("update-size", of: product).advice.contains("1/200 of the rate (1.5e-5)"))
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
          .contains("a far lower rate (sigmascope advise finds it)"))
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
    ([2, 40], "None of the checkpoints before it is known to be better"),
    ([40], "No checkpoint was saved before it: begin again"),
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

  @Test(arguments: [
    (
      [0.1, 0.2, 0],
      "2 of 3 matrices changed; the median update of all is 10 % of its base; most of all m1, by 20 %."
    ),
    (
      [0.1, 0, 0],
      "1 of 3 matrices changed, and these by 10 % of their base in the median; most of all m0, by 10 %."
    ),
  ])
  func `the size of the update is one number on a card`(sizes: [Double], sentence: String) {
    let modules = sizes.enumerated().map { index, size in
      ModuleAnalysis(
        identity: ModuleIdentity(
          run: "r", method: "lora", seed: nil, step: 5, module: "m\(index)", rows: 8, columns: 8),
        metrics: [UpdateFrobeniusNorm.name: size, RelativeUpdateNorm.name: size])
    }
    let verdict = Verdict(
      of: ExaminedRun(
        settings: RunSettings(), log: .empty, steps: [StepSummary(step: 5, modules: modules)],
        modules: modules), topCount: 16)
    #expect(verdict.sentences.first == sentence)
    if sizes[1] > 0 { #expect(verdict.headline.contains("the median update is 10 % of its base")) }
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
    #expect(calm.start == 2)
    // One lucky first point of a noisy curve is no start.
    let noisy = [1.0] + (1..<40).map { $0 % 3 == 0 ? 1.0 : 0.0 }
    let start = try #require(run(.reinforcement, "reward", noisy).outcome?.start)
    #expect(start < 0.5)
  }

  @Test func `runs that begin alike have one start, however long they are and whatever comes`() {
    // Rewards of the real TRL: PiSSA at 3e-3, of 40 and of 14 rows.
    let rewards = [0.473, 0.449, 0.25, 0.176, 0.125, 0, 0.016, 0.008, 0.016, 0.023, 0.012, 0, 0, 0]
    let long = run(.reinforcement, "reward", rewards + [Double](repeating: 0, count: 26))
    let short = run(.reinforcement, "reward", rewards)
    #expect(long.outcome?.start == 0.473)
    #expect(short.outcome?.start == 0.473)
    #expect(Verdict(of: long, topCount: 16).headline.contains("fell from 0.473 to 0"))
  }

  @Test func `a curve that fell and came back is no sign of a low rate where weights moved`() throws
  {
    let rewards = (1...40).map { (14...22).contains($0) ? 0.3 : 0.5 + 0.02 * Double($0 % 2) }
    let moved = try symptom("plateau", of: run(.reinforcement, "reward", rewards, size: 0.25))
    #expect(moved.cause.contains("did move, by 25 % of the base"))
    #expect(!moved.advice.contains("three times"))
    let idle = try symptom("plateau", of: run(.reinforcement, "reward", rewards, size: 0.001))
    #expect(idle.advice.contains("Train at three times the rate (9e-3)"))
  }

  @Test func `an examination that fell is a fault whatever the reward does`() throws {
    // Rewards of a full run of this program at 1e-3.
    let rewards = [
      0.515625, 0.4453125, 0.515625, 0.765625, 0.59375, 0.3203125, 0.2109375, 0.40625, 0.3203125,
      0.4609375, 0.46875,
      0.3125, 0.375, 0.3046875, 0.4140625,
    ]
    func verdict(_ last: Double) -> Verdict {
      let curves = [
        "reward": rewards.enumerated().map { CurvePoint(step: $0 + 1, value: $1) },
        "eval_accuracy": [CurvePoint(step: 0, value: 0.488), CurvePoint(step: 15, value: last)],
      ]
      return Verdict(
        of: ExaminedRun(
          settings: RunSettings(kind: .reinforcement, learningRate: 1e-3),
          log: TrainingLog(curves: curves),
          checkpoints: [0, 15]), topCount: 16)
    }
    let found = verdict(0.293)
    #expect(found.status == .suspicious && found.best == nil)
    #expect(
      found.headline.contains("'eval_accuracy' fell from 0.488 at step 0 to 0.293 at step 15."))
    #expect(verdict(0.35).status == .healthy)
  }

  @Test func `pairs that are preferred the wrong way round are told whatever the margin`() throws {
    // The real TRL, DPO at a high rate: the mean margin ends above zero.
    let accuracies = [
      0.406, 0.156, 0, 0.281, 0, 0, 0.094, 0.031, 0.062, 0.062, 0.188, 0.125, 0.188, 0.125, 0.406,
      0.25, 0.375,
      0.438, 0.531, 0.344, 0.375, 0.656, 0.344, 0.438, 0.312, 0.281, 0.281, 0.312,
    ]
    let margins = accuracies.map { $0 - 0.1 }
    let curves = ["rewards/accuracies": accuracies, "rewards/margins": margins].mapValues {
      values in
      values.enumerated().map { CurvePoint(step: $0 + 1, value: $1) }
    }
    func examined(_ curves: [String: [CurvePoint]]) -> Verdict {
      Verdict(
        of: ExaminedRun(
          settings: RunSettings(kind: .preference, learningRate: 1e-3),
          log: TrainingLog(curves: curves)),
        topCount: 16)
    }
    #expect(
      examined(curves).symptoms.contains {
        $0.rule == "reversed-preference" && $0.status == .suspicious
      })
    let right = curves.mapValues { $0.map { CurvePoint(step: $0.step, value: $0.value + 0.4) } }
    #expect(!examined(right).symptoms.contains { $0.rule == "reversed-preference" })
  }

  @Test func `a run with a remark is not one without a sign of trouble`() {
    let rise = (0..<40).map { min(0.9, 0.3 + 0.02 * Double($0)) }
    let remarked = Verdict(
      of: run(.reinforcement, "reward", rise, size: 0.5), topCount: 16)
    #expect(remarked.symptoms.map(\.rule) == ["update-size"])
    #expect(!remarked.headline.contains("No sign of trouble"))
    #expect(!remarked.symptoms[0].cause.contains("far above"))
  }

  /// A run whose weights were all trained, with an update of these sizes at steps 10 and 40.
  private func full(
    _ sizes: [Double], rate: Double, method: String = "full", improves: Bool = true
  ) -> ExaminedRun {
    let rewards = (0..<40).map { improves ? min(0.9, 0.3 + 0.02 * Double($0)) : 0.3 }
    // Entries of the base have a root mean square of 0.02.
    let norm = 0.02 * 64
    let modules = zip([10, 40], sizes).map { step, size in
      ModuleAnalysis(
        identity: ModuleIdentity(
          run: "run", method: method, seed: nil, step: step, module: "q_proj", rows: 64, columns: 64
        ),
        metrics: [UpdateFrobeniusNorm.name: size * norm, RelativeUpdateNorm.name: size])
    }
    return ExaminedRun(
      settings: RunSettings(kind: .reinforcement, learningRate: rate),
      log: TrainingLog(
        curves: ["reward": rewards.enumerated().map { CurvePoint(step: $0 + 1, value: $1) }]),
      steps: modules.map { StepSummary(step: $0.identity.step, modules: [$0]) }, modules: modules,
      checkpoints: [10, 40])
  }

  @Test(arguments: [([1.19, 1.19], 3e-4), ([1.19, 1.19], 3e-3), ([0.8, 0.9], 1e-4)])
  func `an update that training cannot have made is one of another base`(
    sizes: [Double], rate: Double
  ) throws {
    let found = try symptom("update-size", of: full(sizes, rate: rate))
    #expect(found.status == .suspicious && found.step == 10)
    #expect(found.cause == "This is probably not the base that it was trained on.")
    #expect(!found.advice.contains("train at"))
  }

  @Test(arguments: [
    // It grew, and the rate is enough for it.
    ("full", [0.6, 1.5], 3e-3, true),
    // A run that died at once moves no more.
    ("full", [1.2, 1.2], 3e-3, false),
    // Factors multiply what a step does.
    ("lora", [1.2, 1.2], 3e-4, true),
  ])
  func `one that it can have made is a rate that is too high`(
    method: String, sizes: [Double], rate: Double, improves: Bool
  ) throws {
    let run = full(sizes, rate: rate, method: method, improves: improves)
    #expect(try symptom("update-size", of: run).advice.hasPrefix("Check the base, and train at "))
  }
}
