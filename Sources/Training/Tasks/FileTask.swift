import Checkpoints
import Documents
package import LinearAlgebra

/// Problems from a file: one `{"prompt": …, "answer": …}` per line.
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
  private let rule: AnswerRule

  /// - Throws: ``TaskError/unreadable(path:reason:)``, ``TaskError/invalidLine(file:line:reason:)``
  ///   at the first bad line, ``TaskError/noProblems(file:)``.
  package init(options: TaskOptions) throws(TaskError) {
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

  package func problem(
    _ split: Split, using generator: inout SplitMix64
  ) throws(TaskError) -> Problem {
    let problems = split == .training ? training : held
    if problems.isEmpty { throw .emptySplit(task: Self.name, split: split, tries: 0) }
    return generator.drawElement(of: problems)
  }

  package func reward(for completion: String, ended: Bool, to problem: Problem) -> Double {
    guard ended, let found = rule.answer(in: completion),
      let wanted = rule.answer(in: problem.answer)
    else { return 0 }
    return found.utf8.elementsEqual(wanted.utf8) ? 1 : 0
  }

  /// Scalar by scalar, as a tokenizer of characters splits them.
  private static func alphabet(of problems: [Problem], withDigits: Bool) -> [Character] {
    var scalars = Set(withDigits ? "0123456789".unicodeScalars.map(\.self) : [])
    for problem in problems { scalars.formUnion((problem.prompt + problem.answer).unicodeScalars) }
    return scalars.sorted().map { Character($0) }
  }
}

/// Reads a file of problems, one JSON object per line.
enum ProblemFile {
  static func problems(of file: String, rule: AnswerRule) throws(TaskError) -> [Problem] {
    let bytes: [UInt8]
    do {
      bytes = try TextFile.bytes(of: file)
    } catch {
      throw .unreadable(path: error.path, reason: error.reason)
    }
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    if lines.isEmpty { throw .noProblems(file: file) }
    var problems: [Problem] = []
    problems.reserveCapacity(lines.count)
    for (index, line) in lines.enumerated() {
      do {
        problems.append(try problem(Array(line), rule: rule))
      } catch {
        throw .invalidLine(file: file, line: index + 1, reason: error.reason)
      }
    }
    return problems
  }

  private struct Fault: Error {
    let reason: String
  }

  private static func problem(_ line: [UInt8], rule: AnswerRule) throws(Fault) -> Problem {
    let value: JSONValue
    do {
      value = try JSONValue(parsing: line)
    } catch {
      throw Fault(reason: "not valid JSON at byte \(error.offset): \(error.fault)")
    }
    guard let prompt = value["prompt"]?.string, !prompt.isEmpty else {
      throw Fault(reason: "'prompt' is missing, empty or no text")
    }
    guard let written = text(value["answer"]), !written.isEmpty else {
      throw Fault(reason: "'answer' is missing, empty or neither text nor number")
    }
    // With the rule `boxed`, a bare answer is put into a box, as in a completion.
    let isBare = rule == .boxed && !written.utf8.contains(UInt8(ascii: "\\"))
    let answer = isBare ? #"\boxed{"# + written + "}" : written
    if rule.answer(in: answer) == nil {
      throw Fault(reason: "the rule finds no answer in '\(answer.prefix(80))'")
    }
    return Problem(prompt: prompt, answer: answer)
  }

  private static func text(_ value: JSONValue?) -> String? {
    if case .number(_, let literal) = value { return literal }
    return value?.string
  }
}
