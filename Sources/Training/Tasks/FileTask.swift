import Checkpoints
import Documents
package import LinearAlgebra

/// Problems from a file: one JSON object a line, as ``ProblemFile`` reads them.
///
/// The rule extracts the answer from a completion, and in the same way from the answer in the file,
/// which may therefore be a whole worked solution.
package struct FileTask: VerifiableTask {
  package static let name = "jsonl"
  package static let summary = "problems of a file of lines {\"prompt\": …, \"answer\": …}"

  package let alphabet: [Character]
  /// The length of the longest answer in the file.
  package let maximumCompletionLength: Int
  private let training: [Problem]
  private let held: [Problem]
  package let noise: Double
  private let file: String
  private let rule: AnswerRule
  private let division: OperandSplit

  /// - Throws: ``TaskError/missingFile(task:)``, ``TaskError/unreadable(path:reason:)``, ``TaskError/invalidLine(file:line:reason:)``
  ///   at the first bad line, ``TaskError/noProblems(file:)``.
  package init(options: TaskOptions) throws(TaskError) {
    guard let file = options.file else {
      throw .missingFile(task: Self.name)
    }
    self.file = file
    rule = options.rule
    if let fault = options.rule.fault {
      throw .invalidOption(
        task: Self.name, option: "rule", value: fault, expected: "a regular expression")
    }
    noise = try options.noise(default: 0, task: Self.name)
    let problems = try ProblemFile.problems(of: file, rule: options.rule)
    division = try OperandSplit(options, task: Self.name)
    var parts: [Split: [Problem]] = [:]
    for problem in problems {
      parts[division.split(of: Self.operands(of: problem)), default: []].append(problem)
    }
    training = parts[.training] ?? []
    held = parts[.held] ?? []
    alphabet = Self.alphabet(of: problems, withDigits: noise > 0)
    maximumCompletionLength = problems.lazy.map(\.answer.count).max() ?? 0
  }

  package func problem(
    _ split: Split, using generator: inout SplitMix64
  ) throws(TaskError) -> Problem {
    let problems = split == .training ? training : held
    if problems.isEmpty {
      let prompts = Set((training + held).map(Self.operands))
      throw .emptyPart(
        file: file, split: split, prompts: prompts.count,
        share: division.workingShare(for: Array(prompts)))
    }
    return generator.drawElement(of: problems)
  }

  package func reward(for completion: String, ended: Bool, to problem: Problem) -> Double {
    guard ended, let found = rule.answer(in: completion),
      let wanted = rule.answer(in: problem.answer)
    else { return 0 }
    return found.utf8.elementsEqual(wanted.utf8) ? 1 : 0
  }

  /// What decides to which split a problem belongs: its prompt, byte by byte.
  private static func operands(of problem: Problem) -> [Int] {
    problem.prompt.utf8.map { Int($0) }
  }

  /// Scalar by scalar, as a tokenizer of characters splits them.
  private static func alphabet(of problems: [Problem], withDigits: Bool) -> [Character] {
    var scalars = Set(withDigits ? "0123456789".unicodeScalars.map(\.self) : [])
    for problem in problems { scalars.formUnion((problem.prompt + problem.answer).unicodeScalars) }
    return scalars.sorted().map { Character($0) }
  }
}
