import LinearAlgebra
import Testing
import Training

/// Notation and rules of each task, by example.
@Suite("Task examples") struct TaskExamplesTests {
  /// Draws problems until the one with this prompt comes up.
  private func problem(
    _ prompt: String, of name: String, _ change: (inout TaskOptions) -> Void = { _ in }
  ) throws -> Problem? {
    let task = try TaskCase(name, change).task()
    for split in Split.allCases {
      let found = try task.problems(split, count: 40_000).first { $0.prompt == prompt }
      if let found { return found }
    }
    return nil
  }

  @Test func `a sum is padded to one digit more`() throws {
    #expect(try problem("07+85=", of: "addition")?.answer == "092")
    #expect(try problem("07+85=", of: "addition") { $0.order = .reversed }?.answer == "290")
  }

  /// `Tests/Fixtures/training/tasks/addition_problems.py`.
  @Test(arguments: [
    (Split.training, ["56+74=130", "97+44=141", "44+76=120", "87+52=139", "40+60=100"]),
    (.held, ["28+79=107", "06+08=014", "54+74=128", "86+70=156", "60+15=075"]),
  ])
  func `another program draws the same problems`(split: Split, expected: [String]) throws {
    let problems = try TaskCase("addition").task().problems(split, count: 5, seed: 1)
    #expect(problems.map { $0.prompt + $0.answer } == expected)
  }

  @Test(arguments: [
    ("07+85=", "2190>092"), ("99+99=", "8191>198"), ("00+00=", "0000>000"),
    ("50-49=", "1100>001"), ("37-05=", "2030>032"),
  ])
  func `a scratchpad has digit and carry from the least significant on`(
    prompt: String, answer: String
  ) throws {
    #expect(try problem(prompt, of: "scratchpad") { $0.digits = 2 }?.answer == answer)
  }

  @Test func `the default scratchpad is of three digits`() throws {
    let task = try TaskCase("scratchpad").task()
    let problem = try task.problems(.training, count: 1)[0]
    #expect(problem.prompt.count == 8)
    #expect(problem.answer.count == 11)
    #expect(task.maximumCompletionLength == 11)
    #expect(task.alphabet.count == 14)
  }

  @Test func `a difference is never negative`() throws {
    for problem in try TaskCase("scratchpad").task().problems(.training, count: 500) {
      guard problem.prompt.contains("-") else { continue }
      let terms = problem.prompt.dropLast().split(separator: "-").compactMap { Int($0) }
      #expect(terms[0] >= terms[1])
    }
  }

  @Test(arguments: [
    (">0579", 1.0), ("907050>0579", 1), ("anything>0579", 1), (">05790", 0), (">0579>", 0),
    (">579", 0), ("0579", 0), (">0578", 0), (">0578>0579", 0), (">", 0), ("", 0), (">0579 ", 0),
  ])
  func `only what follows the first mark counts`(completion: String, reward: Double) throws {
    let task = try TaskCase("scratchpad").task()
    let problem = Problem(prompt: "123+456=", answer: "907050>0579")
    #expect(task.reward(for: completion, ended: true, to: problem) == reward)
  }

  @Test func `half the corpus shows steps and four fifths of the rest is redrawn`() throws {
    let task = try TaskCase("scratchpad").task()
    let problem = Problem(prompt: "123+456=", answer: "907050>0579")
    var generator = SplitMix64(seed: 5)
    let texts = (0..<20_000).map { _ in task.demonstration(of: problem, using: &generator) }
    let steps = texts.filter { $0 == problem.answer }.count
    let direct = texts.filter { $0.hasPrefix(">") }
    #expect(steps + direct.count == texts.count)
    // Four standard errors of 20,000 and of 10,000 draws; a redrawn digit is the same in a tenth.
    #expect(abs(Double(steps) / 20_000 - 0.5) < 0.015)
    let wrong = Double(direct.filter { $0 != ">0579" }.count) / Double(direct.count)
    #expect(abs(wrong - 0.8 * 0.9) < 0.02)
  }

  @Test func `noise replaces one digit of a sum`() throws {
    let task = try TaskCase("addition") { $0.noise = 1 }.task()
    let problem = Problem(prompt: "07+85=", answer: "092")
    var generator = SplitMix64(seed: 5)
    for _ in 0..<200 {
      let text = task.demonstration(of: problem, using: &generator)
      #expect(text.count == 3)
      #expect(zip(text, "092").filter { $0 != $1 }.count <= 1)
    }
  }

  @Test func `remainders are of the modulus`() throws {
    #expect(try problem("50+60=", of: "modular")?.answer == "13")
    let change: (inout TaskOptions) -> Void = { ($0.modulus, $0.operators) = (7, "-*") }
    #expect(try problem("2-5=", of: "modular", change)?.answer == "4")
    #expect(try problem("4*5=", of: "modular", change)?.answer == "6")
  }

  @Test func `a product has the digits of both`() throws {
    #expect(try problem("07*12=", of: "multiplication")?.answer == "0084")
  }

  @Test func `a chain may be negative`() throws {
    #expect(try problem("4+3-9=", of: "chain")?.answer == "-2")
  }

  @Test func `digits are sorted`() throws {
    #expect(try problem("312=", of: "sort") { $0.digits = 3 }?.answer == "123")
  }

  @Test func `letters are counted`() throws {
    #expect(try problem("aba,a=", of: "letters") { $0.digits = 3 }?.answer == "2")
    #expect(try problem("aba,c=", of: "letters") { $0.digits = 3 }?.answer == "0")
  }

  @Test(arguments: [
    ("digits", "0"), ("digits", "100"), ("noise", "1.5"), ("noise", "-0.1"), ("held-out", "2"),
  ])
  func `an option out of range is refused`(option: String, value: String) throws {
    var options = TaskOptions()
    try options.set(option, to: value)
    #expect(throws: TaskError.self) { try AdditionTask(options: options) }
  }

  @Test(arguments: [
    ("digits", "two"), ("noise", "nan"), ("order", "up"), ("rule", "regexp"), ("depth", "1"),
  ])
  func `an option that cannot be read is refused`(option: String, value: String) {
    var options = TaskOptions()
    #expect(throws: TaskError.self) { try options.set(option, to: value) }
  }

  @Test func `an option is set by its name`() throws {
    var options = TaskOptions()
    for (name, text) in zip(
      TaskOptions.names,
      [
        "4", "5", "7", "99", "64", "+-", "0.5", "reversed", "direct", "0.2", "a.jsonl", "regex:x",
      ])
    {
      try options.set(name, to: text)
    }
    let expected = TaskSamples.options {
      ($0.digits, $0.terms, $0.modulus, $0.target, $0.keys) = (4, 5, 7, 99, 64)
      ($0.operators, $0.noise, $0.order, $0.style) = ("+-", 0.5, .reversed, .direct)
      ($0.heldOut, $0.file, $0.rule) = (0.2, "a.jsonl", .regex("x"))
    }
    #expect(options == expected)
  }

  @Test(arguments: ["", "++", "+%"]) func `operators a task does not know are refused`(
    text: String
  ) {
    let options = TaskSamples.options { $0.operators = text }
    #expect(throws: TaskError.self) { try CountdownTask(options: options) }
    #expect(throws: TaskError.self) { try ModularTask(options: options) }
  }
}
