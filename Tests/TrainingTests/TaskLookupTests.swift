import LinearAlgebra
import Testing
import Training

/// Keys and their symbols, which have to be stored.
@Suite("Look-up") struct TaskLookupTests {
  private static func answers(
    keys: Int, digits: Int = 4, of split: Split = .training
  ) throws -> [String: String] {
    let task = try LookupTask(
      options: TaskSamples.options { ($0.keys, $0.digits) = (keys, digits) })
    return try task.problems(split, count: 20 * keys).reduce(into: [:]) { found, problem in
      found[problem.prompt] = problem.answer
    }
  }

  @Test func `a key always has the same symbol, which another program computes too`() throws {
    // SplitMix64 in Python: the first keys are the multiples of 7919 modulo 10,000.
    let expected = ["0000?": "1", "7919?": "3", "5838?": "1", "3757?": "1", "1676?": "2"]
    #expect(try Self.answers(keys: 5) == expected)
    #expect(try Self.answers(keys: 10_000)["0417?"] == "3")
  }

  @Test func `the keys of a smaller number are among those of a larger one`() throws {
    let (few, many) = (try Self.answers(keys: 64), try Self.answers(keys: 256))
    #expect(few.count == 64 && many.count == 256)
    #expect(few.allSatisfy { many[$0.key] == $0.value })
  }

  @Test(arguments: [(10, 1), (1000, 3)]) func `as many keys as there are numbers are all of them`(
    keys: Int, digits: Int
  ) throws {
    #expect(try Self.answers(keys: keys, digits: digits).count == keys)
  }

  @Test func `every symbol answers a quarter of the keys`() throws {
    let answers = try Self.answers(keys: 4096)
    for symbol in ["0", "1", "2", "3"] {
      let share = Double(answers.values.count { $0 == symbol }) / Double(answers.count)
      // Four standard errors of 4,096 draws.
      #expect(abs(share - 0.25) < 0.028, "\(symbol): \(share)")
    }
  }

  @Test func `both splits ask for the same keys, whatever share is held out`() throws {
    #expect(try Self.answers(keys: 32) == Self.answers(keys: 32, of: .held))
    let task = try LookupTask(options: TaskSamples.options { $0.heldOut = 1 })
    #expect(try task.problems(.training, count: 5).count == 5)
  }

  @Test(arguments: [(nil, 0.25), (0.4, 0.7), (0, 1)]) func `noise draws one of the four symbols`(
    noise: Double?, right: Double
  ) throws {
    let task = try LookupTask(options: TaskSamples.options { $0.noise = noise })
    let problem = Problem(prompt: "0417?", answer: "3")
    var generator = SplitMix64(seed: 5)
    let texts = (0..<20_000).map { _ in task.demonstration(of: problem, using: &generator) }
    #expect(Set(texts).isSubset(of: ["0", "1", "2", "3"]))
    // Four standard errors of 20,000 draws.
    #expect(abs(Double(texts.count { $0 == "3" }) / 20_000 - right) < 0.014)
  }

  @Test func `one digit has ten keys, and a number of keys out of range is refused`() throws {
    let short = try LookupTask(options: TaskSamples.options { $0.digits = 1 })
    #expect(Set(try short.problems(.training, count: 400).map(\.prompt)).count == 10)
    for keys in [1, 101] {
      #expect(throws: TaskError.self) {
        try LookupTask(options: TaskSamples.options { ($0.keys, $0.digits) = (keys, 2) })
      }
    }
  }
}
