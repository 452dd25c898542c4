import Adapters
import LinearAlgebra
import Training

/// A learner of one arm, from the start of the sequence to its end.
///
/// A class, because its policy learns.
final class SequenceStudent {
  private let arm: String
  private let makePolicy: (UInt64) throws -> SupervisedPolicy<Float>
  private var policy: SupervisedPolicy<Float>
  /// Nil for arms without them.
  private let directions: ScaledDirections<Float>?
  private var table = AccuracyTable()

  private static let rank = 8
  /// A direction is folded if the earlier ones leave no more than this share of its square.
  private static let explained = 9e-4

  /// The rank of the direction of a task, with index from 0.
  private func rank(of task: Int) -> Int {
    guard arm == "sd-lora-rr" else { return Self.rank }
    return task < 2 ? 8 : task < 4 ? 6 : 4
  }

  init(
    arm: String, _ bench: SystemBench, seed: UInt64, _ sequence: TaskSequence
  ) throws {
    self.arm = arm
    let isDecoupled = arm.hasPrefix("sd-lora")
    let positions = try sequence.examiners.map { try $0.longestSequence(limit: nil) }.max() ?? 0
    let rank = isDecoupled ? Self.rank * sequence.tasks : Self.rank
    makePolicy = { seed in
      arm == "sequential-full"
        ? try .full(on: bench.model, seed: seed, positions: positions)
        : try .lora(on: bench.model, rank: rank, seed: seed, positions: positions)
    }
    policy = try makePolicy(seed)
    directions = isDecoupled ? ScaledDirections(policy.factors) : nil
  }

  /// Learns all tasks in their order.
  /// - Returns: The mean validation accuracy over all tasks at the end.
  func learn(
    _ sequence: TaskSequence, rate: Double, noting unit: inout SystemUnit
  ) throws -> Double {
    if arm == "joint-lora" { return try learnJointly(sequence, rate: rate, noting: &unit) }
    var validation = [Double]()
    for task in 0..<sequence.tasks {
      // A LoRA for each task begins anew.
      if arm == "lora-each" { policy = try makePolicy(UInt64(task)) }
      directions?.begin(rank: rank(of: task))
      try train(sequence, task: task, rate: rate)
      try fold(task, noting: &unit)
      var row = try sequence.accuracies(of: policy, through: task + 1)
      validation.append(
        try sequence.accuracies(of: policy, through: task + 1, isValidation: true)[task])
      if arm == "lora-each" { row = (table.rows.last ?? []) + [row[task]] }
      table.add(row)
      unit.note("average-accuracy", at: Double(task + 1), table.average)
      unit.note("forgetting", at: Double(task + 1), table.forgetting)
    }
    for (task, magnitude) in (directions?.magnitudes ?? []).enumerated() {
      unit.note("magnitude", at: Double(task + 1), magnitude)
    }
    if arm != "lora-each" {
      validation = try sequence.accuracies(
        of: policy, through: sequence.tasks, isValidation: true)
    }
    return validation.reduce(0, +) / Double(validation.count)
  }

  private func train(_ sequence: TaskSequence, task: Int, rate: Double) throws {
    let optimizer = AdamW(directions?.parameters ?? policy.parameters, AdamWOptions())
    let schedule = Schedule.linear(warmup: sequence.steps / 20, steps: sequence.steps)
    for step in 0..<sequence.steps {
      if step % 10 == 0 { try Task.checkCancellation() }
      let batch = try sequence.batch(of: task, step: step)
      let rate = rate * schedule.factor(at: step)
      guard let directions else {
        try policy.step(on: batch, optimizer, rate: rate)
        continue
      }
      let loss = policy.loss(of: batch)
      try SupervisedPolicy<Float>.apply(
        directions.gradients(), of: loss, optimizer, rate: rate)
      directions.write()
      policy.refresh()
    }
  }

  /// Looks how much of a task's direction is new, and folds it if that is next to nothing.
  private func fold(_ task: Int, noting unit: inout SystemUnit) throws {
    directions?.normalize()
    guard let directions, let (coefficients, residual) = try directions.fitted() else { return }
    unit.note("unexplained", at: Double(task + 1), residual)
    if arm == "sd-lora-kd", residual <= Self.explained { directions.fold(coefficients) }
    policy.refresh()
  }

  /// As many steps as a sequence has, each on demonstrations of one task after another.
  private func learnJointly(
    _ sequence: TaskSequence, rate: Double, noting unit: inout SystemUnit
  ) throws -> Double {
    let optimizer = AdamW(policy.parameters, AdamWOptions())
    let steps = sequence.steps * sequence.tasks
    let schedule = Schedule.linear(warmup: steps / 20, steps: steps)
    for step in 0..<steps {
      if step % 10 == 0 { try Task.checkCancellation() }
      let batch = try sequence.batch(of: step % sequence.tasks, step: step / sequence.tasks)
      try policy.step(on: batch, optimizer, rate: rate * schedule.factor(at: step))
    }
    table.add(try sequence.accuracies(of: policy, through: sequence.tasks))
    unit.note("average-accuracy", at: Double(sequence.tasks), table.average)
    let found = try sequence.accuracies(
      of: policy, through: sequence.tasks, isValidation: true)
    return found.reduce(0, +) / Double(found.count)
  }

  /// The LoRA at the end; nil for all weights, and for many LoRAs.
  func export(baseName: String) -> AdapterExport? {
    arm == "sequential-full" || arm == "lora-each"
      ? nil : policy.policy.export(baseName: baseName)
  }
}
