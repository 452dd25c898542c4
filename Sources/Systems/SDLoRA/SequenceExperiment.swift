import LinearAlgebra
import Studies
import Training

/// What the systems of SD-LoRA share: arms, measures, claims, and a unit's work on a stream of tasks.
struct SequenceExperiment {
  static func description(name: String, title: String, summary: String) -> SystemDescription {
    SystemDescription(
      name: name, title: title,
      paper:
        "Wu et al., SD-LoRA: Scalable decoupled low-rank adaptation for class incremental learning, 2025, "
        + "arXiv 2501.13198",
      summary: summary,
      arms: [
        .init(
          "sd-lora", "a new direction a task; the earlier ones are frozen, all magnitudes learn"),
        .init("sd-lora-rr", "the same, with lower ranks for later tasks"),
        .init("sd-lora-kd", "the same; a direction that earlier ones explain is folded into them"),
        .init("sequential-lora", "one LoRA goes on learning"),
        .init("sequential-full", "all weights go on learning"),
        .init("lora-each", "a LoRA of its own for each task, which is told which task it is"),
        .init("joint-lora", "one LoRA on all tasks at once"),
      ],
      measures: [
        .init(
          "average-accuracy", "mean over the tasks so far of answers that are right", unit: "share",
          in: .share,
          over: "task"),
        .init(
          "forgetting", "how far earlier tasks fell below their best, on average", unit: "share",
          in: .difference,
          over: "task"),
        .init(
          "magnitude", "the magnitude of each task's direction after the last task", unit: "1",
          over: "direction"),
        .init(
          "unexplained", "squared share of a new direction that the earlier ones leave",
          unit: "share", in: .share,
          over: "task"),
        .init(
          "rate", "the learning rate that the unit chose", unit: "1", in: .size, over: "choice"),
      ])
  }

  static let claims = [
    SystemClaim(
      "The magnitudes of directions fall from the first task to the last.",
      reported: "learnt magnitudes fall over tasks",
      .value("magnitude", .rise, of: "sd-lora", is: .below(0))),
    SystemClaim(
      "SD-LoRA forgets less than one LoRA that goes on learning.",
      reported: "less forgetting than methods without rehearsal; its figures are of images",
      .difference("forgetting", .last, of: "sd-lora", less: "sequential-lora", is: .below(0.05))),
    SystemClaim(
      "SD-LoRA ends above one LoRA that goes on learning, in mean accuracy over all tasks.",
      reported: "higher accuracy over tasks; its figures are of images",
      .difference(
        "average-accuracy", .last, of: "sd-lora", less: "sequential-lora", is: .above(0.05))),
    SystemClaim(
      "Lower ranks for later tasks cost little.",
      reported: "the variant with fewer parameters stays close",
      .difference("average-accuracy", .last, of: "sd-lora-rr", less: "sd-lora", is: .within(0.05))),
  ]

  private let stream: TaskStream
  private let tasks: Int, steps: Int, problems: Int
  private static let batch = 32, rates = [1e-3, 3e-3]

  init(_ stream: TaskStream, _ size: SystemSize) {
    self.stream = stream
    (tasks, steps, problems) = size == .quick ? (3, 20, 64) : (5, 400, 256)
  }

  func run(_ unit: inout SystemUnit, on bench: SystemBench) throws {
    let sequence = try TaskSequence(
      bench, stream, tasks: tasks, steps: steps, batch: Self.batch, problems: problems,
      seed: UInt64(unit.seed))
    let arm = unit.arm, seed = unit.seed
    let (rate, kept) = try BestRate.choose(among: Self.rates) { rate in
      var noted = SystemUnit(arm: arm, seed: seed)
      let student = try SequenceStudent(arm: arm, bench, seed: UInt64(seed), sequence)
      let accuracy = try student.learn(sequence, rate: rate, noting: &noted)
      return (accuracy, (noted, student.export(baseName: bench.basePath)))
    }
    unit.note(kept.0)
    unit.note("rate", at: 1, rate)
    if let export = kept.1 { try bench.write(export, step: tasks * steps) }
  }
}
