import Testing
import Training

/// What the verifier of Countdown takes for an expression, and what it does not.
@Suite("Countdown") struct TaskCountdownTests {
  private func reward(
    _ completion: String, _ prompt: String = "3,7,25=46:", operators: String = "+-*/"
  ) throws -> Double {
    let task = try CountdownTask(options: TaskSamples.options { $0.operators = operators })
    return task.reward(
      for: completion, ended: true, to: Problem(prompt: prompt, answer: "25+(3*7)"))
  }

  @Test(arguments: [
    "25+(3*7)", "3*7+25", "7*3+25", "(((3)*7))+25", " 3 * 7 + 25 ", "25+7*3",
  ])
  func `every right expression is taken`(completion: String) throws {
    #expect(try reward(completion) == 1)
  }

  @Test(arguments: [
    ("8/3/(1/3)", "1,3,3,8=8:"), ("8/(3-8/3)", "3,3,8,8=24:"), ("8/(3-(8/3))", "3,3,8,8=24:"),
    ("1/3*3", "1,3,3=1:"), ("(3-8)*(2-7)", "2,3,7,8=25:"),
  ])
  func `intermediate fractions and negatives are exact`(
    completion: String, prompt: String
  ) throws {
    #expect(try reward(completion, prompt) == 1)
  }

  @Test(arguments: [
    ("", "empty"), (" ", "blank"), ("3+7+25", "another value"), ("25+21", "other numbers"),
    ("46", "the target itself"), ("25+7*3+3-3", "a number used again"),
    ("7*3+25*1", "a new number"),
    ("3*7", "a number left out"), ("25+3*7=46", "an equation"), ("25+(3*7", "an open bracket"),
    ("25+3*7)", "a bracket too many"), ("25++3*7", "two signs"), ("-3*7+25", "a leading sign"),
    ("25+03*7", "a leading zero"), ("25+3.0*7", "a decimal"), ("2_5+3*7", "an underscore"),
    ("25+3\u{D7}7", "a multiplication sign"), ("25+\u{FF13}*7", "a fullwidth digit"),
    ("25+\u{663}*7", "an Arabic digit"), ("\u{FEFF}25+3*7", "a byte order mark"),
    ("25+3*7\n", "a line end"), ("25+3*7\u{0}", "a zero byte"), ("25+(3 7)", "no operator"),
    ("2 5+3*7", "a number in two"), ("()", "nothing in brackets"), ("25+3**7", "a power"),
    ("25//3*7", "a floor division"), ("25+3*7#", "a comment"), ("0x19+3*7", "another base"),
    ("25/(3-3)+7", "a division by zero"), ("25+3*7;import os", "a program"),
  ])
  func `all else earns nothing`(completion: String, why: String) throws {
    #expect(try reward(completion) == 0, "\(why)")
  }

  @Test func `zero cannot be divided by`() throws {
    #expect(try reward("7/(3-3)", "3,3,7=7:") == 0)
    #expect(try reward("(3-3)/7", "3,3,7=0:") == 1)
  }

  @Test(arguments: [100, 100_000]) func `deep brackets are refused`(depth: Int) throws {
    let open = String(repeating: "(", count: depth)
    #expect(try reward(open) == 0)
    #expect(try reward(open + "3*7+25" + String(repeating: ")", count: depth)) == 0)
  }

  @Test func `long texts are refused`() throws {
    #expect(try reward("3*7+25" + String(repeating: " ", count: 2_000)) == 0)
    #expect(try reward(String(repeating: "3+", count: 100_000) + "3") == 0)
  }

  @Test func `huge numbers overflow into nothing`() throws {
    let nines = "999999999999"
    #expect(try reward(String(repeating: "9", count: 500)) == 0)
    #expect(try reward("\(nines)*\(nines)", "\(nines),\(nines)=1:") == 0)
    #expect(try reward("1/\(nines)+1/\(nines)/\(nines)", "1,1,\(nines),\(nines),\(nines)=1:") == 0)
    let product = Array(repeating: nines, count: 20).joined(separator: "*")
    #expect(try reward("0*(\(product))") == 0)
  }

  @Test func `operators not given are not taken`() throws {
    #expect(try reward("25+3*7", operators: "+-") == 0)
    #expect(try reward("25+3+7", "3,7,25=35:", operators: "+-") == 1)
  }

  @Test(arguments: ["", ":", "=", "3,7,25=46", "=46:", "a,b=4:", "3,7,25=:", "3,7,25==46:"])
  func `a prompt of another task earns nothing`(prompt: String) throws {
    #expect(try reward("25+3*7", prompt) == 0)
  }
}
