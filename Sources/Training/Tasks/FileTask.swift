public import LinearAlgebra

/// Problems of a file: one `{"prompt": …, "answer": …}` a line.
///
/// The rule says what of a completion is compared. The same is taken from the answer of the file,
/// which may therefore be a whole worked solution.
public struct FileTask: VerifiableTask {
  public static let name = "jsonl"
  public static let summary = "problems of a file of lines {\"prompt\": …, \"answer\": …}"

  public let alphabet: [Character]
  /// The length of the longest answer in the file.
  public let maximumCompletionLength: Int
  private let training: [Problem]
  private let held: [Problem]
  private let noise: Double
  private let rule: AnswerRule

  /// - Throws: ``TaskError/unreadable(path:reason:)``, ``TaskError/invalidLine(file:line:reason:)``
  ///   at the first bad line, ``TaskError/noProblems(file:)``.
  public init(options: TaskOptions) throws(TaskError) {
    guard let file = options.file else {
      throw .invalidOption(task: Self.name, option: "file", value: "missing", expected: "a path")
    }
    rule = options.rule
    if let fault = options.rule.fault {
      throw .invalidOption(
        task: Self.name, option: "rule", value: fault, expected: "a regular expression")
    }
    noise = try options.noise(default: 0, task: Self.name)
    let problems = try ProblemFile.problems(of: file, rule: options.rule)
    let split = try OperandSplit(options, task: Self.name)
    var parts: [Split: [Problem]] = [:]
    for problem in problems {
      parts[split.split(of: problem.prompt.utf8.map { Int($0) }), default: []].append(problem)
    }
    training = parts[.training] ?? []
    held = parts[.held] ?? []
    alphabet = Self.alphabet(of: problems, withDigits: noise > 0)
    maximumCompletionLength = problems.lazy.map(\.answer.count).max() ?? 0
  }

  public func problem(
    _ split: Split, using generator: inout SplitMix64
  ) throws(TaskError) -> Problem {
    let problems = split == .training ? training : held
    if problems.isEmpty { throw .emptySplit(task: Self.name, split: split, tries: 0) }
    return generator.drawElement(of: problems)
  }

  public func reward(for completion: String, ended: Bool, to problem: Problem) -> Double {
    guard ended, let found = rule.answer(in: completion),
      let wanted = rule.answer(in: problem.answer)
    else { return 0 }
    return found.utf8.elementsEqual(wanted.utf8) ? 1 : 0
  }

  public func demonstration(of problem: Problem, using generator: inout SplitMix64) -> String {
    Digits.damaged(problem.answer, with: noise, using: &generator)
  }

  /// Scalar by scalar, as a tokenizer of characters takes them.
  private static func alphabet(of problems: [Problem], withDigits: Bool) -> [Character] {
    var scalars = Set(withDigits ? "0123456789".unicodeScalars.map(\.self) : [])
    for problem in problems { scalars.formUnion((problem.prompt + problem.answer).unicodeScalars) }
    return scalars.sorted().map { Character($0) }
  }
}
