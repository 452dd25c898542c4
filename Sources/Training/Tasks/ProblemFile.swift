import Checkpoints
import Documents

/// Reads a file of problems, one JSON object a line.
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
    // A bare answer is put where the completion is expected to have it.
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
