import Testing
import Training

/// Problems of a file and the rules that find the answer.
@Suite("Problems of a file") struct TaskFileTests {
  private func task(_ lines: String, rule: AnswerRule = .exact) throws -> FileTask {
    let folder = try TokenizerFolder()
    try folder.write("problems.jsonl", lines)
    return try FileTask(
      options: TaskSamples.options {
        ($0.file, $0.rule, $0.heldOut) = (folder.path + "/problems.jsonl", rule, 0)
      })
  }

  private func reward(_ completion: String, answer: String, rule: AnswerRule) throws -> Double {
    let task = try task(#"{"prompt": "q", "answer": "\#(answer)"}"#, rule: rule)
    return task.reward(
      for: completion, ended: true, to: try task.problems(.training, count: 1)[0])
  }

  @Test(arguments: [
    ("42", "42", 1.0), ("so 6*7 = 42.", "42", 1), ("#### 1,234.50", "1234.5", 1), ("+42", "42", 1),
    ("$42", "42", 1), ("042", "42", 1), ("-42", "42", 0), ("x = -42", "-42", 1), ("50-42", "42", 1),
    ("42 or 43", "42", 0), ("none", "42", 0), ("3,7", "7", 1), ("1.2.3 42", "42", 1),
    ("42 1.2.3", "42", 1), (".5", "0.50", 1), ("-0.0", "0", 1), ("4\u{FF12}", "42", 0),
    ("100000000000000000000000001", "100000000000000000000000000", 0),
    ("7", "worked out: 3+4 = 7", 1),
  ])
  func `the last number is the answer`(completion: String, answer: String, reward: Double) throws {
    #expect(try self.reward(completion, answer: answer, rule: .number) == reward)
  }

  @Test(arguments: [
    (#"\boxed{42}"#, 1.0), (#"so \boxed{41}, no, \boxed{ 42.0 }."#, 1), ("42", 0),
    (#"\boxed{42"#, 0), (#"\boxed{42} \boxed{41}"#, 0), (#"\boxed{4}2"#, 0), (#"\boxed{}"#, 0),
    (#"\boxed{{42}}"#, 0),
  ])
  func `the last box holds the answer`(completion: String, reward: Double) throws {
    #expect(try self.reward(completion, answer: "42", rule: .boxed) == reward)
  }

  @Test func `a box may hold braces`() throws {
    let answer = #"\\boxed{\\frac{1}{2}}"#
    #expect(try reward(#"thus \boxed{\frac{1}{2}}"#, answer: answer, rule: .boxed) == 1)
    #expect(try reward(#"thus \boxed{\frac{1}{3}}"#, answer: answer, rule: .boxed) == 0)
  }

  @Test(arguments: [
    ("answer: yes", 1.0), ("answer: no\nanswer: yes", 1), ("answer: no", 0), ("yes", 0),
  ])
  func `the first group of the last match is the answer`(
    completion: String, reward: Double
  ) throws {
    let rule = AnswerRule.regex("answer: ([a-z]+)")
    #expect(try self.reward(completion, answer: "answer: yes", rule: rule) == reward)
  }

  @Test(arguments: [("ja", 1.0), ("ja ", 0), ("Ja", 0), ("", 0)])
  func `exact is byte for byte`(completion: String, reward: Double) throws {
    #expect(try self.reward(completion, answer: "ja", rule: .exact) == reward)
    #expect(try self.reward("e\u{301}", answer: "\u{E9}", rule: .exact) == 0)
  }

  @Test(arguments: [
    ("{}", 1), ("", 1), ("{\"prompt\": \"q\", \"answer\": 1}\n\n{}", 2), ("[1]", 1),
    ("nonsense", 1),
    (#"{"prompt": "", "answer": "1"}"#, 1), (#"{"prompt": "q", "answer": null}"#, 1),
    (#"{"prompt": "q", "answer": "none"}"#, 1), (#"{"prompt": 1, "answer": "1"}"#, 1),
  ])
  func `a bad line is named by its number`(lines: String, line: Int) throws {
    let good = #"{"prompt": "p", "answer": "7"}"# + "\n"
    do {
      _ = try task(good + (lines.isEmpty ? "\n" : lines), rule: .number)
      Issue.record("read")
    } catch TaskError.invalidLine(_, let found, _) {
      #expect(found == line + 1)
    }
  }

  @Test(arguments: [
    #"{"prompt": "2+2=", "answer": "4"}"#, #"{"question": "2+2=", "answer": 4, "id": 1}"#,
    #"{"problem": "2+2=", "solution": "4"}"#, #"{"instruction": "2+2=", "output": "4"}"#,
    #"{"prompt": [{"role": "user", "content": "2+2="}], "answer": "4"}"#,
    #"{"prompt": "2+2=", "completion": [{"role": "assistant", "content": "4"}]}"#,
    #"{"messages": [{"role": "user", "content": "2+2="}, {"role": "assistant", "content": "4"}]}"#,
  ])
  func `problems are read in the forms that data for fine-tuning have`(line: String) throws {
    let problem = try task(line).problems(.training, count: 1)[0]
    #expect(problem.prompt == "2+2=" && problem.answer == "4")
  }

  @Test(arguments: [
    #"{"messages": [{"role": "user", "content": "2+2="}]}"#,
    #"{"messages": [{"role": "assistant", "content": "4"}, {"role": "user", "content": "2+2="}]}"#,
    #"{"messages": "none"}"#, #"{"prompt": [{"role": "user"}], "answer": "4"}"#,
    #"{"text": "2+2=4"}"#,
  ])
  func `a line without a prompt and its answer is refused`(line: String) {
    #expect(throws: TaskError.self) { try task(line) }
  }

  @Test func `too few problems to hold some out are counted`() throws {
    let folder = try TokenizerFolder()
    try folder.write("p.jsonl", #"{"prompt": "p", "answer": "7"}"#)
    let path = folder.path + "/p.jsonl"
    for (share, split) in [(0.0, Split.held), (1.0, .training)] {
      let task = try FileTask(
        options: TaskSamples.options { ($0.file, $0.heldOut) = (path, share) })
      #expect(throws: TaskError.emptyPart(file: path, split: split, prompts: 1, share: nil)) {
        try task.problems(split, count: 1)
      }
    }
  }

  @Test(arguments: [0, 0.01, 0.5, 0.99, 1]) func `the share that is advised divides the problems`(
    given: Double
  ) throws {
    let folder = try TokenizerFolder()
    let path = folder.path + "/p.jsonl"
    for count in 2...6 {
      try folder.write(
        "p.jsonl",
        (0..<count).map { #"{"prompt": "\#(count)+\#($0)", "answer": "7"}"# }
          .joined(separator: "\n"))
      func counts(_ share: Double) throws -> TaskError? {
        let task = try FileTask(
          options: TaskSamples.options { ($0.file, $0.heldOut) = (path, share) })
        do {
          for split in [Split.training, .held] { _ = try task.problems(split, count: 1) }
          return nil
        } catch let error as TaskError { return error }
      }
      guard let error = try counts(given) else { continue }
      guard case .emptyPart(_, _, count, let share?) = error else {
        Issue.record("\(error)")
        continue
      }
      #expect(share != given && "\(error)".contains("held-out=\(share)"))
      #expect(try counts(share) == nil, "\(error)")
    }
  }

  @Test func `a task of a file without one names the option`() {
    #expect(throws: TaskError.missingFile(task: "jsonl")) {
      try FileTask(options: TaskSamples.options { $0.file = nil })
    }
    #expect("\(TaskError.missingFile(task: "jsonl"))".contains("--task-option file=PATH"))
  }

  @Test func `options of a task may be one text`() throws {
    var settings = TrainingSettings.default
    settings.taskOption = ["file=a,b.jsonl,rule=regex:x{1,2},held-out=0.5", "noise=0"]
    let options = try settings.taskOptions().map { "\($0.name)=\($0.value)" }
    #expect(options == ["file=a,b.jsonl", "rule=regex:x{1,2}", "held-out=0.5", "noise=0"])
  }

  @Test func `an empty file has no problems`() {
    #expect(throws: TaskError.self) { try task("") }
  }

  @Test func `line ends of either kind are taken`() throws {
    let line = #"{"prompt": "p", "answer": "7"}"#
    #expect(try task(line + "\r\n" + line + "\r\n").problems(.training, count: 1)[0].answer == "7")
  }

  @Test func `a file that is not there is named`() {
    let options = TaskSamples.options { $0.file = "/nowhere/problems.jsonl" }
    #expect(throws: TaskError.self) { try FileTask(options: options) }
    #expect(throws: TaskError.self) { try FileTask(options: TaskOptions()) }
  }

  @Test func `a pattern that is none is refused`() {
    #expect(throws: TaskError.self) {
      try task(#"{"prompt": "p", "answer": "7"}"#, rule: .regex("("))
    }
  }

  @Test func `a split does not depend on the order of the file`() throws {
    let lines = (0..<200).map { "{\"prompt\": \"\($0)\", \"answer\": \"x\"}" }
    func held(_ lines: [String]) throws -> Set<String> {
      let folder = try TokenizerFolder()
      try folder.write("p.jsonl", lines.joined(separator: "\n"))
      let task = try FileTask(options: TaskSamples.options { $0.file = folder.path + "/p.jsonl" })
      return Set(try task.problems(.held, count: 2_000).map(\.prompt))
    }
    #expect(try held(lines) == held(lines.reversed()))
  }
}
