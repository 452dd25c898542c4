import Documents

/// Reads a file of problems, one JSON object a line, in the forms in which data for fine-tuning are kept:
///
///     {"prompt": "2+2=", "answer": "4"}                         other names of both: `promptNames`, `answerNames`
///     {"prompt": [{"role": "user", "content": "2+2="}], "answer": "4"}
///     {"messages": [{"role": "user", "content": "2+2="}, {"role": "assistant", "content": "4"}]}
///
/// A conversation is its messages' texts, a line each: the models that are trained here have no chat template.
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
    var found = try conversation(value)
    if found == nil { found = try pair(value) }
    guard let (prompt, written) = found else {
      throw Fault(
        reason:
          "no prompt with an answer: it needs one of \(promptNames.joined(separator: ", ")), and one of "
          + "\(answerNames.joined(separator: ", ")), or messages")
    }
    // With the rule `boxed`, a bare answer is put into a box, as in a completion.
    let isBare = rule == .boxed && !written.utf8.contains(UInt8(ascii: "\\"))
    let answer = isBare ? #"\boxed{"# + written + "}" : written
    if rule.answer(in: answer) == nil {
      throw Fault(reason: "the rule finds no answer in '\(answer.prefix(80))'")
    }
    return Problem(prompt: prompt, answer: answer)
  }

  /// Under which names prompts and answers are kept; the first that is there counts.
  private static let promptNames = ["prompt", "question", "problem", "instruction", "query"]
  private static let answerNames = [
    "answer", "solution", "completion", "output", "response", "ground_truth", "target",
  ]

  private static func pair(_ value: JSONValue) throws(Fault) -> (prompt: String, answer: String)? {
    guard let promptName = promptNames.first(where: { value[$0] != nil }),
      let answerName = answerNames.first(where: { value[$0] != nil })
    else { return nil }
    guard let prompt = words(value[promptName]), !prompt.isEmpty else {
      throw Fault(reason: "'\(promptName)' is empty or no text")
    }
    guard let answer = text(value[answerName]), !answer.isEmpty else {
      throw Fault(reason: "'\(answerName)' is empty or neither text nor number")
    }
    return (prompt, answer)
  }

  /// The last message of `messages`, and those before it.
  private static func conversation(
    _ value: JSONValue
  ) throws(Fault) -> (prompt: String, answer: String)? {
    guard let messages = value["messages"]?.array else { return nil }
    guard messages.count > 1, messages.last?["role"]?.string == "assistant",
      let answer = text(messages.last?["content"]), !answer.isEmpty,
      let prompt = words(.array(Array(messages.dropLast()))), !prompt.isEmpty
    else { throw Fault(reason: "'messages' does not end with an answer of the assistant") }
    return (prompt, answer)
  }

  /// A text, a number as it is written, or the texts of messages.
  private static func text(_ value: JSONValue?) -> String? {
    if case .number(_, let literal) = value { return literal }
    return words(value)
  }

  /// A text, or the texts of messages.
  private static func words(_ value: JSONValue?) -> String? {
    guard let messages = value?.array else { return value?.string }
    let texts = messages.compactMap { $0["content"]?.string }
    return texts.count == messages.count ? texts.joined(separator: "\n") : nil
  }
}
