import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// One folder belongs to one process at a time.
@Suite("Two processes and one folder") struct SharedFolderTests {
  private let scratch: Scratch
  private static let train = [
    "train", "--base",
    Fixtures.package.appendingPathComponent("notebooks-data/base-scratchpad").path,
    "--steps", "100000", "--prompts", "4", "--group", "4", "--evaluation-problems", "8", "--quiet",
    "--out", "run", "--resume",
  ]

  init() throws { scratch = try Scratch() }

  /// Starts a command that would take very long, waits until a file is there, and halts it: it holds its lock and leaves
  /// the processors to other tests, however late the next command comes.
  private func start(_ arguments: [String], until file: String) async throws -> RunningSigmascope {
    let running = try Sigmascope().start(arguments, in: scratch.folder)
    while running.isRunning, !scratch.exists(file) { try await Task.sleep(for: .milliseconds(5)) }
    running.send(SIGSTOP)
    return running
  }

  private func stop(_ running: RunningSigmascope) async {
    running.send(SIGKILL)
    await running.ended()
  }

  @Test func `a second training is refused with one line, a dead one is no obstacle`() async throws
  {
    let first = try await start(Self.train, until: "run/checkpoint-1")
    let second = try await scratch.run(Self.train)
    #expect(second.status == 74)
    #expect(second.errorLines.count == 1, "\(second.standardError)")
    #expect(second.standardError.contains("'run' is in use by another process"))
    #expect(first.isRunning)
    await stop(first)
    let third = try await start(Self.train, until: "run/checkpoint-2")
    #expect(third.isRunning)
    await stop(third)
  }

  @Test func `a second analysis and a second study are refused`() async throws {
    let demo = Fixtures.demo
    let analyze = [
      "analyze", demo.appendingPathComponent("runs/lora").path, "--base",
      demo.appendingPathComponent("base").path, "--quiet", "--no-cache", "--null-samples", "100000",
      "--jobs", "1", "--out", "out",
    ]
    let base = Fixtures.package.appendingPathComponent("notebooks-data/base-scratchpad").path
    try scratch.write(
      "study.toml",
      text: """
        title = "two"
        base = "\(base)"
        baseline = "lora"
        seeds = [0]
        [run]
        learning-rate = 3e-3
        steps = 100000
        prompts = 4
        evaluation-problems = 8
        [[arm]]
        adapter = "lora"
        """)
    let reproduce = ["reproduce", "--study", "study.toml", "--quiet", "--resume", "--out", "study"]
    for (arguments, file) in [
      (analyze, "out.partial/journal.jsonl"), (reproduce, "study/runs/lora-lr3e-3-seed0/run.json"),
    ] {
      let first = try await start(arguments, until: file)
      let second = try await scratch.run(arguments)
      #expect(second.status == 74, "\(second.standardError)")
      #expect(second.errorLines.count == 1 && second.standardError.contains("in use"))
      await stop(first)
    }
  }
}
