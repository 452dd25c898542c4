import LinearAlgebra
import Training

/// What follows each other.
enum TaskStream {
  /// Sums whose first operand lies in one of five ranges.
  case ranges
  /// Five operations.
  case operations

  var tasks: [DigitTask] {
    switch self {
    case .ranges: stride(from: 0, to: 1000, by: 200).map { DigitTask(.sum, first: $0..<$0 + 200) }
    case .operations: DigitTask.Kind.allCases.map { DigitTask($0) }
    }
  }
}

/// Tasks in a row, of which only the current one's demonstrations are seen, and what a learner keeps of the earlier ones.
struct TaskSequence {
  let examiners: [Examiner]
  /// Held-out problems of each task, to choose by and to report.
  private let validation: [[Problem]], test: [[Problem]]
  let steps: Int
  private let batch: Int
  private let seed: UInt64

  /// - Parameters:
  ///   - bench: The base.
  ///   - stream: What the tasks are.
  ///   - tasks: How many of them are learnt; their order is drawn from the seed.
  ///   - steps: How many steps each is trained for.
  ///   - batch: Demonstrations of a step.
  ///   - problems: How many of each task are answered.
  ///   - seed: Of order and demonstrations.
  init(
    _ bench: SystemBench, _ stream: TaskStream, tasks: Int, steps: Int, batch: Int, problems: Int,
    seed: UInt64
  ) throws {
    var generator = SplitMix64(seed: seed)
    var all = stream.tasks
    generator.shuffle(&all)
    examiners = try all.prefix(tasks).map { try bench.examiner(of: $0) }
    validation = try examiners.map { try $0.problems(.held, count: problems, seed: 1) }
    test = try examiners.map { try $0.problems(.held, count: problems, seed: 2) }
    self.steps = steps
    self.batch = batch
    self.seed = generator.next()
  }

  /// How many tasks there are.
  var tasks: Int { examiners.count }

  /// The demonstrations of a step of a task.
  func batch(
    of task: Int, step: Int
  ) throws -> [(prompt: [Int32], completion: [Int32])] {
    var generator = SplitMix64(seed: seed &+ UInt64(task) << 40 &+ UInt64(step) << 16)
    let examiner = examiners[task]
    return try examiner.problems(.training, count: batch, seed: generator.next()).map {
      try examiner.sequence($0, answer: $0.answer)
    }
  }

  /// Accuracy on the first tasks.
  /// - Parameters:
  ///   - policy: Who answers.
  ///   - tasks: How many tasks are asked.
  ///   - isValidation: Whether the problems to choose by are asked.
  func accuracies(
    of policy: SupervisedPolicy<Float>, through tasks: Int, isValidation: Bool = false
  ) throws -> [Double] {
    try (0..<tasks).map { task in
      try policy.accuracy(
        on: (isValidation ? validation : test)[task], of: examiners[task])
    }
  }
}

/// Accuracies of all tasks after each task, and what they say.
struct AccuracyTable {
  /// For each task that was trained, the accuracies on it and those before.
  private(set) var rows: [[Double]] = []

  mutating func add(_ row: [Double]) { rows.append(row) }

  /// The mean over the tasks so far after the last one.
  var average: Double { rows.last.map { $0.reduce(0, +) / Double($0.count) } ?? 0 }

  /// How far tasks before the last one have fallen below their best, on average; 0 for one task.
  var forgetting: Double {
    guard let last = rows.last, last.count > 1 else { return 0 }
    let losses = (0..<last.count - 1).map { task in
      (rows.dropLast().compactMap { $0.count > task ? $0[task] : nil }.max() ?? 0) - last[task]
    }
    return losses.reduce(0, +) / Double(losses.count)
  }
}
