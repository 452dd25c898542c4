import Checkpoints
import Diagnosis
import Foundation
import Testing

/// Logs of real trainers: those of TRL by Tests/Python/make_trl_runs.py, and what notebooks-data holds.
@Suite("Recorded runs") struct RecordedRunsTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static func log(_ name: String) throws -> TrainingLog {
    let file = root.appendingPathComponent("Tests/Fixtures/health/\(name).csv")
    return TrainingLog(
      LogReaders.rows(of: [UInt8](try Data(contentsOf: file)), named: "metrics.csv"))
  }

  private static func verdict(_ log: TrainingLog, checkpoints: [Int] = []) -> Verdict {
    Verdict(
      of: ExaminedRun(
        settings: RunSettings(
          trainer: LogSignature.of(log)?.trainer, kind: log.kind,
          learningRate: log.curve(of: .learningRate)?.points.map(\.value).max()), log: log,
        checkpoints: checkpoints),
      topCount: 16)
  }

  /// What was made to learn, and did.
  private static let healthy = [
    "sft-lora", "sft-pissa", "sft-full", "sft-evaluated", "sft-small-batch", "trainer-lora",
    "dpo-lora", "dpo-small-batch", "kto-lora", "orpo-lora", "cpo-lora", "reward-lora", "grpo-lora",
    "grpo-pissa-slow", "grpo-rslora", "grpo-full", "grpo-small-batch", "rloo-lora",
  ].flatMap { name in (0...2).map { "\(name)-seed\($0)" } }

  @Test(arguments: healthy) func `a run that learnt is healthy`(name: String) throws {
    let verdict = Self.verdict(try Self.log(name))
    #expect(verdict.status == .healthy, "\(verdict.headline)")
  }

  @Test(arguments: 0...2) func `a run that died is told, with its cause`(seed: Int) throws {
    let dead = Self.verdict(try Self.log("grpo-pissa-seed\(seed)"))
    #expect(dead.status == .collapsed)
    #expect(
      Set(dead.symptoms.map(\.rule)).isSuperset(of: ["collapse", "silent-groups", "gradient-norm"]))
    #expect(Self.verdict(try Self.log("sft-hot-seed\(seed)")).status == .diverged)
  }

  @Test(arguments: 0...1) func `a run that learns by heart is told, with its best step`(seed: Int)
    throws
  {
    let verdict = Self.verdict(try Self.log("sft-overfitted-seed\(seed)"))
    #expect(verdict.status == .suspicious)
    let symptom = try #require(verdict.symptoms.first { $0.rule == "overfitting" })
    #expect(symptom.step == 28)
  }

  @Test(arguments: ["lora", "dora", "full", "pissa-lower-rate"])
  func `runs of GRPO that learnt are healthy`(name: String) throws {
    let state = try TrainerState(
      file: Self.root.path
        + "/notebooks-data/tiny-qwen2-grpo/runs/\(name)/checkpoint-100/trainer_state.json")
    let verdict = Self.verdict(TrainingLog(state.history))
    #expect(verdict.status == .healthy, "\(verdict.headline)")
  }

  @Test func `a run that died within its first average is told where`() throws {
    let state = try TrainerState(
      file: Self.root.path
        + "/notebooks-data/tiny-qwen2-grpo/runs/pissa/checkpoint-100/trainer_state.json")
    let symptom = try #require(Self.verdict(TrainingLog(state.history)).symptoms.first)
    // The rewards of steps 2, 4 and 6 are 0.25, 0.006 and 0.
    #expect(symptom.rule == "collapse" && symptom.step == 4)
  }

  @Test(arguments: ["grpo-pissa-seed0", "sft-hot-seed0", "sft-overfitted-seed0"])
  func `the best checkpoint is none of those that the run has spoilt`(name: String) throws {
    let log = try Self.log(name)
    let end = try #require(log.curve(of: .loss) ?? log.curve(of: .reward)).points.last?.step ?? 0
    let checkpoints = Array(stride(from: 2, through: end, by: 2))
    let verdict = Self.verdict(log, checkpoints: checkpoints)
    let spoilt = try #require(verdict.symptoms.compactMap(\.step).min())
    if let best = verdict.best { #expect(best.step <= spoilt) }
    // What never went wrong may be best at its end.
    let sound = Self.verdict(try Self.log("sft-lora-seed0"), checkpoints: checkpoints)
    #expect(sound.best != nil)
  }

  @Test func `no checkpoint after the first NaN is the best`() {
    let rows = (1...40).map { "\($0),\($0 < 22 ? "\(2 - 0.05 * Double($0))" : "nan")" }
    let text = "step,loss\n" + rows.joined(separator: "\n") + "\n"
    let log = TrainingLog(LogReaders.rows(of: Array(text.utf8), named: "metrics.csv"))
    let verdict = Verdict(
      of: ExaminedRun(
        settings: RunSettings(kind: .supervised), log: log, checkpoints: [10, 20, 30, 40]),
      topCount: 16)
    #expect(verdict.status == .nonFinite)
    #expect(verdict.best?.step == 20)
  }

  /// A run of the study: its curves, and its accuracy before and after.
  private struct StudiedRun {
    let name: String
    let log: TrainingLog
    let first: Double
    let last: Double

    var hasLearnt: Bool { last > first + 0.05 }
    var hasDied: Bool { last < 0.25 * first }
  }

  /// The 602 runs of the study.
  private static func study() throws -> [StudiedRun] {
    let text = try String(
      contentsOf: root.appendingPathComponent("notebooks-data/full-study/curves.csv"),
      encoding: .utf8)
    var curves: [String: [String: [CurvePoint]]] = [:]
    for line in text.split(separator: "\n").dropFirst() {
      let cells = line.split(separator: ",")
      guard cells.count == 4, let step = Int(cells[1]), let value = Double(cells[3]) else {
        continue
      }
      curves[String(cells[0]), default: [:]][String(cells[2]), default: []].append(
        CurvePoint(step: step, value: value))
    }
    return curves.sorted { $0.key < $1.key }.compactMap { name, columns in
      guard let reward = columns["reward"], let exam = columns["eval_accuracy"],
        let first = exam.first?.value, let last = exam.last?.value
      else { return nil }
      return StudiedRun(
        name: name,
        log: TrainingLog(curves: ["reward": reward, "kl_step": columns["kl_step"] ?? []]),
        first: first, last: last)
    }
  }

  @Test func `runs of the study that learnt are healthy, and those that died are not`() throws {
    let runs = try Self.study().map { (run: $0, verdict: Self.verdict($0.log)) }
    let learnt = runs.filter(\.run.hasLearnt)
    let dead = runs.filter(\.run.hasDied)
    #expect(learnt.count > 200 && dead.count > 50)
    let alarms = learnt.filter { $0.verdict.status > .healthy }
    #expect(
      alarms.count <= 11,
      "\(alarms.prefix(30).map { "\($0.run.name): \($0.verdict.headline)" })")
    let missed = dead.filter { $0.verdict.status < .suspicious }
    #expect(
      missed.count <= dead.count / 20,
      "\(missed.prefix(30).map { "\($0.run.name): \($0.verdict.headline)" })")
  }

  /// The numbers of docs/health.md.
  @Test func `five steps tell most deaths of the study, and call no run that learnt sick`() throws {
    func found(_ runs: [StudiedRun]) -> (some: Int, faults: Int) {
      let found = runs.compactMap { run -> Symptom? in
        let examined = ExaminedRun(settings: RunSettings(kind: run.log.kind), log: run.log)
        guard case .found(let symptom) = FirstStepsRule.examine(examined) else { return nil }
        return symptom
      }
      return (found.count, found.count { $0.status > .healthy })
    }
    let runs = try Self.study().filter { $0.log.curve(of: .stepDivergence) != nil }
    let (dead, learnt) = (runs.filter(\.hasDied), runs.filter(\.hasLearnt))
    #expect(dead.count == 70 && found(dead) == (62, 53))
    #expect(learnt.count == 493 && found(learnt) == (17, 0))
  }
}
