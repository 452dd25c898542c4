import LinearAlgebra
import Testing
import Training

/// What every task promises.
@Suite("Tasks") struct TaskRegistryTests {
  @Test(arguments: TaskCase.all) func `the reference answer earns full reward`(
    _ sample: TaskCase
  ) throws {
    let task = try sample.task()
    for problem in try task.problems(.training, count: 200) {
      #expect(task.reward(for: problem.answer, ended: true, to: problem) == 1, "\(problem)")
    }
  }

  @Test(arguments: TaskCase.all) func `a wrong answer earns nothing`(_ sample: TaskCase) throws {
    let task = try sample.task()
    for problem in try task.problems(.training, count: 100) {
      let last = problem.answer.last == "0" ? "1" : "0"
      for wrong in ["", " ", problem.answer + "0", problem.answer.dropLast() + last, "x", "="] {
        #expect(task.reward(for: wrong, ended: true, to: problem) == 0, "\(problem): '\(wrong)'")
      }
    }
  }

  @Test(arguments: TaskCase.all) func `an answer that was cut off earns nothing`(
    _ sample: TaskCase
  ) throws {
    let task = try sample.task()
    let problem = try task.problems(.training, count: 1)[0]
    #expect(task.reward(for: problem.answer, ended: false, to: problem) == 0)
  }

  @Test(arguments: TaskCase.all) func `the same seed gives the same problems`(
    _ sample: TaskCase
  ) throws {
    let problems = try sample.task().problems(.training, count: 50, seed: 3)
    #expect(try sample.task().problems(.training, count: 50, seed: 3) == problems)
    #expect(try sample.task().problems(.training, count: 50, seed: 4) != problems)
  }

  @Test(arguments: TaskCase.divided) func `no operands are in both splits`(
    _ sample: TaskCase
  ) throws {
    let task = try sample.task()
    func operands(_ split: Split) throws -> Set<String> {
      Set(
        try task.problems(split, count: 500).map {
          TaskSamples.operands($0.prompt, task: sample.name)
        })
    }
    let (training, held) = (try operands(.training), try operands(.held))
    #expect(!training.isEmpty && !held.isEmpty)
    #expect(training.isDisjoint(with: held))
  }

  @Test(arguments: TaskRegistry.all.filter { !$0.generalizes }.map { $0.name })
  func `a task that does not generalise asks the same in both splits`(name: String) throws {
    let task = try TaskCase(name).task()
    #expect(
      try task.problems(.training, count: 50, seed: 3) == task.problems(.held, count: 50, seed: 3))
  }

  @Test(arguments: TaskCase.all) func `a demonstration without noise earns full reward`(
    _ sample: TaskCase
  ) throws {
    let task = try sample.task { $0.noise = 0 }
    var generator = SplitMix64(seed: 9)
    for problem in try task.problems(.training, count: 100) {
      let text = task.demonstration(of: problem, using: &generator)
      #expect(task.reward(for: text, ended: true, to: problem) == 1, "\(problem): '\(text)'")
    }
  }

  @Test(arguments: TaskCase.all) func `the alphabet covers all that is written`(
    _ sample: TaskCase
  ) throws {
    let task = try sample.task { $0.noise = 1 }
    let alphabet = Set(task.alphabet)
    #expect(alphabet.count == task.alphabet.count)
    var generator = SplitMix64(seed: 9)
    for problem in try task.problems(.training, count: 200) {
      let demonstration = task.demonstration(of: problem, using: &generator)
      #expect(alphabet.isSuperset(of: problem.prompt + problem.answer + demonstration))
    }
  }

  @Test(arguments: TaskCase.all) func `an answer is within the length a task states`(
    _ sample: TaskCase
  ) throws {
    let task = try sample.task { $0.noise = 1 }
    var generator = SplitMix64(seed: 9)
    for problem in try task.problems(.training, count: 200) {
      let demonstration = task.demonstration(of: problem, using: &generator)
      #expect(problem.answer.count <= task.maximumCompletionLength)
      #expect(demonstration.count <= task.maximumCompletionLength)
    }
  }

  @Test(arguments: TaskCase.all) func `a tokenizer of the alphabet spells every problem`(
    _ sample: TaskCase
  ) throws {
    let task = try sample.task()
    let tokenizer = try WordTokenizer(alphabet: task.alphabet)
    for problem in try task.problems(.training, count: 20) {
      let text = problem.prompt + problem.answer
      #expect(tokenizer.decode(try tokenizer.encode(text)) == text)
    }
  }

  @Test(arguments: TaskCase.divided) func `every operand held out leaves nothing to train on`(
    _ sample: TaskCase
  ) throws {
    let task = try sample.task { $0.heldOut = 1 }
    #expect(throws: TaskError.self) { try task.problems(.training, count: 1) }
  }

  @Test func `names are different and each has its task`() throws {
    let names = TaskRegistry.all.map { $0.name }
    #expect(Set(names).count == names.count)
    #expect(throws: TaskError.unknownTask(name: "additon", known: names)) {
      try TaskRegistry.task(named: "additon")
    }
  }
}
