import Documents
import Experiments
import Foundation
import Studies
import Synchronization
import Systems
import Testing
import Training

/// A system that notes where it was run, and is stopped where it is told to.
struct CountedSystem: ResearchSystem {
  static let description = SystemDescription(
    name: "counted", title: "Counted", paper: "none", summary: "counts",
    arms: [.init("one", "gives its seed"), .init("two", "gives twice its seed")],
    measures: [.init("number", "the number", unit: "1", over: "step")])

  static let claims = [
    SystemClaim(
      "Two is more than one.", reported: "nothing",
      .difference("number", .last, of: "two", less: "one", is: .above(0)))
  ]

  /// The names of the units that were run.
  static let ran = Mutex<[String]>([])

  init(size: SystemSize) {}

  func run(_ unit: inout SystemUnit, on bench: SystemBench) throws {
    Self.ran.withLock { [name = unit.name] in $0.append(name) }
    let factor = unit.arm == "two" ? 2.0 : 1
    // Seed 13 brings no luck.
    unit.note("number", at: 1, unit.seed == 13 ? .nan : factor * Double(unit.seed + 1))
  }
}

@Suite("Systems", .serialized) struct SystemRunnerTests {
  private let scratch: SystemScratch

  init() throws {
    scratch = try SystemScratch()
    CountedSystem.ran.withLock { $0 = [] }
  }

  private func runner(
    _ name: String, seeds: [Int] = [0, 1], size: SystemSize = .quick, jobs: Int = 1
  ) throws -> SystemRunner {
    SystemRunner(
      CountedSystem.self, size: size, seeds: seeds, base: try SystemScratch.base(),
      folder: SystemFolder(path: "\(scratch.path)/\(name)"), jobs: jobs, version: "test")
  }

  @Test func `all arms of a seed come before the next seed, and numbers in the order of the plan`()
    async throws
  {
    let found = try await runner("out").run(resuming: false) { _ in }
    #expect(found.map(\.value) == [1, 2, 2, 4])
    #expect(
      CountedSystem.ran.withLock { $0 } == ["one-seed0", "two-seed0", "one-seed1", "two-seed1"])
  }

  @Test func `with more seeds what is finished is kept, and the bytes are those of one run`()
    async throws
  {
    _ = try await runner("out").run(resuming: false) { _ in }
    CountedSystem.ran.withLock { $0 = [] }
    let more = try await runner("out", seeds: [0, 1, 2]).run(resuming: true) { _ in }
    #expect(CountedSystem.ran.withLock { $0 } == ["one-seed2", "two-seed2"])
    #expect(
      try await runner("other", seeds: [0, 1, 2], jobs: 3).run(resuming: false) { _ in } == more)
    #expect(try scratch.files(in: "out") == scratch.files(in: "other"))
  }

  @Test func `shards do each unit once, and the gathering nothing`() async throws {
    for index in 0..<2 {
      let shard = try #require(Shard(index: index, of: 2))
      _ = try await runner("out").run(resuming: false, over: ShardDistribution(shard)) { _ in }
    }
    #expect(CountedSystem.ran.withLock { $0.count } == 4)
    let found = try await runner("out").run(resuming: true) { _ in }
    #expect(CountedSystem.ran.withLock { $0.count } == 4)
    #expect(found.count == 4)
  }

  @Test func `a run is continued only when that is asked, and only as it was begun`() async throws {
    _ = try await runner("out").run(resuming: false) { _ in }
    let path = "\(scratch.path)/out"
    await #expect(throws: SystemError.exists(path: path)) {
      try await runner("out").run(resuming: false) { _ in }
    }
    await #expect(throws: SystemError.otherSettings(path: path)) {
      try await runner("out", size: .full).run(resuming: true) { _ in }
    }
  }

  @Test func `a run that other kernels began goes on only when that is asked`() async throws {
    _ = try await runner("out", seeds: [0]).run(resuming: false) { _ in }
    let here = TrainingKernels.name
    let plan = try scratch.text("out/plan.json")
    try scratch.write("out/plan.json", plan.replacing(here, with: "Other+default"))
    let error = SystemError.otherKernels(
      path: "\(scratch.path)/out", before: "Other+default", here: here)
    await #expect(throws: error) { try await runner("out").run(resuming: true) { _ in } }
    #expect(
      try await runner("out").run(resuming: true, mixingKernels: true) { _ in }.count == 4)
  }

  @Test func `seeds are those of the list, in its order`() async throws {
    let found = try await runner("out", seeds: [4, 2]).run(resuming: false) { _ in }
    #expect(found.map(\.seed) == [4, 4, 2, 2])
  }

  @Test func `a unit that measured what is no number is refused by name and not kept`() async throws
  {
    let failing = try runner("out", seeds: [0, 13])
    await #expect(throws: SystemError.notFinite(unit: "one-seed13", measure: "number", x: 1)) {
      try await failing.run(resuming: false) { _ in }
    }
    #expect(try scratch.files(in: "out").keys.contains("units/two-seed0.json"))
    #expect(try !scratch.files(in: "out").keys.contains("units/one-seed13.json"))
    #expect(try await runner("out", seeds: [0]).run(resuming: true) { _ in }.count == 2)
  }

  @Test func `a run that fails in its first unit leaves no folder`() async throws {
    let failing = try runner("out", seeds: [13])
    await #expect(throws: SystemError.self) { try await failing.run(resuming: false) { _ in } }
    #expect(!FileManager.default.fileExists(atPath: "\(scratch.path)/out"))
  }

  @Test func `a folder with other files is left alone`() async throws {
    try scratch.write("out/thesis.txt", "mine")
    await #expect(throws: OutputError.self) {
      try await runner("out").run(resuming: false) { _ in }
    }
    #expect(try scratch.files(in: "out").keys.sorted() == ["thesis.txt"])
  }

  @Test func `a damaged result is named`() async throws {
    _ = try await runner("out").run(resuming: false) { _ in }
    try scratch.write("out/units/one-seed0.json", "[")
    await #expect(throws: SystemError.self) { try await runner("out").run(resuming: true) { _ in } }
  }

  @Test func `names of systems, arms and measures are words, each once`() {
    let systems = SystemRegistry.all.map { $0.description }
    let lists =
      [systems.map(\.name)] + systems.map { $0.arms.map(\.name) }
      + systems.map { $0.measures.map(\.name) }
    for list in lists {
      #expect(Set(list).count == list.count)
      for name in list {
        #expect(name.wholeMatch(of: #/[a-z0-9]+(-[a-z0-9]+)*/#) != nil, "\(name)")
      }
    }
  }

  @Test func `an unknown system is refused with those that there are`() {
    #expect(throws: SystemError.self) { try SystemRegistry.find("nothing") }
  }
}
