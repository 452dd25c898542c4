import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Studies of a few steps on the embedded base.
@Suite("Studies") struct StudyTests {
  private let scratch: Scratch
  private static let data = Fixtures.package.appendingPathComponent("notebooks-data").path

  init() throws { scratch = try Scratch() }

  private static let text = """
    title = "small"
    base = "\(data)/base-scratchpad"
    baseline = "lora"
    seeds = [0, 1]
    [run]
    learning-rate = 3e-3
    steps = 6
    prompts = 4
    evaluation-problems = 16

    [[arm]]
    adapter = ["lora", "pissa"]

    [[arm]]
    name = "dropped"
    adapter = "lora"
    dropout = 0.05
    sample-with-dropout = true
    """

  private func study(_ text: String = Self.text, _ options: String...) async throws
    -> Sigmascope.Outcome
  {
    try scratch.write("study.toml", text: text)
    return try await scratch.run(
      ["reproduce", "--study", "study.toml", "--out", "study"] + options)
  }

  /// What is kept of the runs: everything but files that hold seconds.
  private func results(_ name: String) throws -> [String: Data] {
    try scratch.files(in: name).filter { $0.key.hasSuffix("result.json") }
  }

  @Test func `a sweep trains starts at rates on problems of one's own, and says what to take`()
    async throws
  {
    let lines = (10..<90).map { "{\"prompt\": \"\($0)+\($0)=\", \"answer\": \"\(2 * $0)\"}" }
    try scratch.write("mine.jsonl", text: lines.joined(separator: "\n"))
    let arguments = [
      "sweep", "--data", "mine.jsonl", "--adapter", "lora", "pissa", "--rates", "1e-3", "3e-3",
      "--seeds", "0", "1", "--steps", "2", "--prompts", "2", "--out", "sweep",
    ]
    let plan = try await scratch.run(arguments + ["--plan"])
    try #require(plan.status == 0, "\(plan.standardError)")
    #expect(plan.standardError.contains("8 runs from") && !scratch.exists("sweep"))
    let outcome = try await scratch.run(arguments)
    try #require(outcome.status == 0, "\(outcome.standardError)")
    #expect(outcome.standardOutput.contains("  pissa  3e-3  2"))
    #expect(outcome.standardOutput.contains("\nTake "), "\(outcome.standardOutput)")
    #expect(!outcome.standardOutput.contains("claims"))
    #expect(scratch.exists("sweep/report/report.html"))
    #expect(scratch.exists("sweep/runs/pissa-lr3e-3-seed1/result.json"))
    let more = try await scratch.run(arguments.map { $0 == "1e-3" ? "3e-4" : $0 } + ["--resume"])
    #expect(more.standardError.contains("4 runs to train"), "\(more.standardError)")
  }

  @Test(arguments: [
    ["--adapter", "lora", "lora"], ["--rates", "1e-3", "1e-3"],
    ["--baseline", "dora", "--adapter", "lora"],
    ["--data", "mine.jsonl", "--task", "sort"], ["--seeds", "0", "0"], ["--rates", "0"],
  ])
  func `a sweep that makes no sense is refused`(arguments: [String]) async throws {
    let outcome = try await scratch.run(["sweep"] + arguments)
    #expect(outcome.status == 64 && !scratch.exists("sigmascope-sweep"))
  }

  @Test func `a study without a finished run has nothing to verify`() async throws {
    let outcome = try await study(Self.text, "--verify", "0.5", "--quiet")
    #expect(outcome.status == 65 && outcome.errorLines.count == 1, "\(outcome.standardError)")
  }

  @Test func `a study writes its runs, tables, plots and a page`() async throws {
    let outcome = try await study()
    try #require(outcome.status == 0, "\(outcome.standardError)")
    for name in [
      "study.json", "runs/lora-lr3e-3-seed0/run.json", "runs/dropped-lr3e-3-seed1/result.json",
      "report/report.html", "report/claims.csv", "report/plots/reward-over-steps.svg",
      "report/study.json",
    ] { #expect(scratch.exists("study/\(name)"), "\(name)") }
    #expect(try results("study").count == 6)
    #expect(outcome.standardOutput.contains("report: "))
  }

  @Test func `a plan is printed and nothing is written`() async throws {
    let outcome = try await study(Self.text, "--plan")
    #expect(outcome.status == 0)
    #expect(outcome.standardError.contains("6 runs to train"))
    #expect(outcome.standardError.contains("dropped: learning rate 3e-3; 2 seeds"))
    #expect(!scratch.exists("study"))
  }

  @Test func `a study that is killed again and again ends as one that was not`() async throws {
    let whole = try await study()
    try #require(whole.status == 0, "\(whole.standardError)")
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<4 {
      let running = try Sigmascope().start(
        ["reproduce", "--study", "study.toml", "--out", "killed", "--resume", "--jobs", "1"],
        in: scratch.folder)
      try await Task.sleep(for: .milliseconds(Int.random(in: 50...700, using: &generator)))
      running.send(SIGKILL)
      await running.ended()
    }
    let rest = try await scratch.run(
      "reproduce", "--study", "study.toml", "--out", "killed", "--resume")
    try #require(rest.status == 0, "\(rest.standardError)")
    #expect(try results("killed") == results("study"))
  }

  @Test func `a study that is there wants to be resumed, and another seed extends it`() async throws
  {
    let first = try await study(Self.text, "--seeds", "0")
    try #require(first.status == 0, "\(first.standardError)")
    let again = try await study()
    #expect(again.status == 65 && again.standardError.contains("--resume"))
    let before = try results("study")
    let extended = try await study(Self.text, "--resume", "--seeds", "0", "4")
    #expect(extended.status == 0, "\(extended.standardError)")
    let after = try results("study")
    #expect(after.count == 6)
    for (name, data) in before { #expect(after[name] == data, "\(name)") }
  }

  @Test func `training again finds every number the same`() async throws {
    _ = try await study(Self.text, "--seeds", "0")
    let outcome = try await study(Self.text, "--seeds", "0", "--verify", "0.5")
    #expect(outcome.status == 0, "\(outcome.standardError)")
    #expect(outcome.standardOutput.contains("every number is the same"))
  }

  @Test(arguments: [
    ("titel = 1", 1, "the nearest is 'title'"),
    ("lr = 1e-3", 1, "'learning-rate' is an option of [run]"),
    ("base = \"scratchpad\"\n[[arm]]\nadapter = \"pisa\"", 2, "'pissa'"),
    ("base = \"x\"\n[[arm]]\nadapter = \"lora\"\nranc = 4", 4, "ranc"),
    ("base = \"x\"\n[run]\nrank = \"many\"\n[[arm]]\nadapter = \"lora\"", 3, "rank"),
    ("base = \"x\"\nbaseline = \"dora\"\n[[arm]]\nadapter = \"lora\"", 2, "dora"),
    ("base = \"x\"\nseeds = [1, 1]\n[[arm]]\nadapter = \"lora\"", 2, "seeds"),
    ("base = \"x\"\n[[arm]]\nadapter = [\"lora\"", 3, "array"),
    (
      "base = \"x\"\n[[arm]]\nadapter = \"lora\"\n[[arm]]\nadapter = \"lora\"\ndropout = 2", 6,
      "dropout"
    ),
    ("base = \"x\"\n[[arm]]\nadapter = []", 3, "'adapter' is an empty list"),
    ("base = \"x\"\n[[arm]]\nadapter = \"lora\"\ntargets = []", 4, "'targets' is an empty list"),
    ("base = 3", 1, "'base' is not a text"),
    ("base = \"x\"\ntitle = 5\n[[arm]]\nadapter = \"lora\"", 2, "'title' is not a text"),
    ("base = \"x\"\nbaseline = 3\n[[arm]]\nadapter = \"lora\"", 2, "'baseline' is not a text"),
    ("base = \"x\"\n[[arm]]\nadapter = \"lora\"\nname = 3", 4, "'name' is not a text"),
    ("base = \"x\"\n[[arm]]\nadapter = \"lora\"\nname = \"\"", 4, "'name' is empty"),
    (
      "base = \"x\"\n[run]\nrank = [2, 4]\n[[arm]]\nadapter = \"lora\"", 3,
      "only an [[arm]] may have"
    ),
    (
      "base = \"x\"\nbaseline = \"dora\"\n[[arm]]\nadapter = [\"lora\", \"pissa\"]", 2,
      "there is lora; pissa"
    ),
    (
      "base = \"x\"\n[[arm]]\nadapter = \"full\"\nobjective = \"sft\"\nbisect = true", 5,
      "learns from rewards"
    ),
    ("base = \"x\"\nrun = 5\n[[arm]]\nadapter = \"lora\"", 2, "'run' is no table"),
    ("base = \"x\"\nseeds = [0, 1.5]\n[[arm]]\nadapter = \"lora\"", 2, "seeds"),
    ("base = \"x\"\nseeds = [0, \"2\"]\n[[arm]]\nadapter = \"lora\"", 2, "seeds"),
    (
      "base = \"x\"\n[[arm]]\nadapter = \"lora\"\nunit-ratio = \"false\"", 4,
      "'unit-ratio' is true or false"
    ),
    ("base = \"x\"\n[[arm]]\nadapter = \"lora\"\nrank = true", 4, "'rank' takes a value"),
  ])
  func `a fault of a study is told with its line`(text: String, line: Int, names: String)
    async throws
  {
    let outcome = try await study(text)
    #expect(outcome.status == 65, "\(outcome.standardError)")
    #expect(outcome.errorLines.count == 1, "\(outcome.standardError)")
    #expect(outcome.standardError.contains("study.toml:\(line): "), "\(outcome.standardError)")
    #expect(outcome.standardError.contains(names), "\(outcome.standardError)")
    #expect(!scratch.exists("study"))
  }

  @Test(arguments: [
    ("lr", "learning-rate"), ("num_generations", "group"), ("dropuot", "dropout"),
    ("dataset", "task-option"),
  ])
  func `a key that train does not know is refused with the nearest`(
    key: String, nearest: String
  ) async throws {
    try scratch.write("mine.toml", text: Self.text.replacing("dropout =", with: "\(key) ="))
    let outcome = try await scratch.run("reproduce", "--study", "mine.toml", "--plan")
    #expect(outcome.status == 65 && outcome.errorLines.count == 1)
    #expect(
      outcome.standardError.contains("the nearest is '\(nearest)'"), "\(outcome.standardError)")
  }

  @Test func `an arm sets anew what all runs have, a flag and a list too`() async throws {
    let text = Self.text
      .replacing("baseline = \"lora\"\n", with: "")
      .replacing("steps = 6", with: "steps = 2\nunit-ratio = true\ntargets = [\"q_proj\"]")
    let shared = text[..<(try #require(text.firstRange(of: "[[arm]]")?.lowerBound))]
    let outcome = try await study(
      shared + "[[arm]]\nadapter = \"lora\"\nunit-ratio = [true, false]\ntargets = [\"v_proj\"]\n",
      "--seeds", "0")
    try #require(outcome.status == 0, "\(outcome.standardError)")
    for flag in [true, false] {
      let run = "lora-targets-v-proj-unit-ratio-\(flag)-lr3e-3-seed0"
      let file = scratch.url("study/runs/\(run)/run.json")
      let settings = try String(contentsOf: file, encoding: .utf8)
      #expect(settings.contains("\"unit-ratio\" : \(flag)"), "\(settings)")
      #expect(settings.contains("v_proj") && !settings.contains("q_proj"), "\(settings)")
    }
  }

  @Test(arguments: [("rank = 1000", "rank"), ("targets = [\"q_prj\"]", "q_proj")])
  func `a plan tells what could not be trained`(option: String, names: String) async throws {
    let outcome = try await study(Self.text + "\n\(option)\n", "--plan")
    #expect(outcome.status == 65 && outcome.errorLines.last?.contains(names) == true)
  }

  @Test(arguments: [["--plan", "--verify", "1"], ["--plan", "--shard", "0/2"]])
  func `a plan goes without what does the work`(options: [String]) async throws {
    let outcome = try await scratch.run(["reproduce"] + options)
    #expect(outcome.status == 64 && outcome.standardError.contains("--plan"))
  }

  @Test func `two arms of one name are refused`() async throws {
    let outcome = try await study(
      Self.text + "\n[[arm]]\nname = \"dropped\"\nadapter = \"dora\"\n")
    #expect(outcome.status == 65 && outcome.standardError.contains("dropped-lr3e-3-seed0"))
  }

  @Test func `runs of TRL are compared, with a page`() async throws {
    let outcome = try await scratch.run(
      "compare", "\(Self.data)/trl-scratchpad", "--no-cache", "--out", "comparison")
    try #require(outcome.status == 0, "\(outcome.standardError)")
    #expect(outcome.standardOutput.contains("Lost: pissa at 3e-3 (2 of 2)"))
    for name in ["report.html", "comparison.csv", "plots/outcome-over-steps.svg"] {
      #expect(scratch.exists("comparison/\(name)"), "\(name)")
    }
  }

  @Test func `a study can be compared, and with runs of others`() async throws {
    _ = try await study(Self.text, "--seeds", "0")
    let outcome = try await scratch.run(
      "compare", "study", "\(Self.data)/trl-scratchpad/lora-seed0", "--no-cache", "--out", "both")
    #expect(outcome.status == 0, "\(outcome.standardError)")
    #expect(scratch.exists("both/report.html"))
  }

  @Test func `a baseline that nobody has is wrong usage, told before the work`() async throws {
    let outcome = try await scratch.run(
      "compare", "\(Self.data)/trl-scratchpad", "--no-cache", "--baseline", "lor", "--out", "x",
      "--quiet")
    #expect(outcome.status == 64, "\(outcome.standardError)")
    #expect(outcome.standardError.contains("lora"))
    #expect(!scratch.exists("x") && !scratch.exists("x.partial"))
  }
}
