import Foundation
import LinearAlgebra
import Training

/// A task to test with the options it needs.
struct TaskCase: Sendable {
  let name: String
  let options: TaskOptions

  func task(_ change: (inout TaskOptions) -> Void = { _ in }) throws -> any VerifiableTask {
    var options = options
    change(&options)
    return try TaskRegistry.task(named: name, options: options)
  }

  /// Every task of the registry as it is by default, and the variants that write otherwise.
  static let all: [TaskCase] =
    TaskRegistry.all.map { TaskCase($0.name) } + [
      TaskCase("addition") { $0.order = .reversed },
      TaskCase("addition") { $0.digits = 9 },
      TaskCase("scratchpad") { $0.style = .direct },
      TaskCase("scratchpad") { $0.style = .scratchpad },
      TaskCase("modular") { ($0.operators, $0.modulus) = ("+-*", 10) },
      TaskCase("multiplication") { ($0.digits, $0.order) = (1, .reversed) },
      TaskCase("chain") { ($0.terms, $0.digits) = (6, 3) },
      TaskCase("countdown") { ($0.terms, $0.operators) = (4, "+-") },
      TaskCase("letters") { $0.digits = 20 },
      TaskCase("lookup") { ($0.digits, $0.keys) = (2, 100) },
    ]

  init(_ name: String, _ change: (inout TaskOptions) -> Void = { _ in }) {
    self.name = name
    var options = TaskOptions()
    if name == "jsonl" { options.file = Self.file }
    change(&options)
    self.options = options
  }

  /// Those of ``all`` whose splits share no operands.
  static let divided = all.filter { sample in
    TaskRegistry.all.contains { $0.name == sample.name && $0.generalizes }
  }

  private static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/training/tasks/capitals.jsonl")
    .path
}

extension VerifiableTask {
  func problems(_ split: Split, count: Int, seed: UInt64 = 1) throws -> [Problem] {
    var generator = SplitMix64(seed: seed)
    return try (0..<count).map { _ in try problem(split, using: &generator) }
  }
}

enum TaskSamples {
  /// The numbers of a prompt in ascending order, and the text for tasks without numbers.
  static func operands(_ prompt: String, task: String) -> String {
    switch task {
    case "sort": String(prompt.sorted())
    case "letters": String(prompt.prefix { $0 != "," })
    case "jsonl": prompt
    default:
      prompt.prefix { $0 != "=" }.split { !$0.isNumber }.compactMap { Int($0) }.sorted()
        .map(String.init).joined(separator: " ")
    }
  }

  static func options(_ change: (inout TaskOptions) -> Void) -> TaskOptions {
    var options = TaskOptions()
    change(&options)
    return options
  }
}
