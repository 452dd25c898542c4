import Diagnosis
import Experiments
import Foundation
import Spectra
import Studies
import Synchronization
import Testing
import Training

@Suite("Studies") struct StudyRunnerTests {
  @Test func `a study holds all runs of its plan with what was measured of them`() async throws {
    let scratch = try StudyScratch()
    let results = try await SmallStudies.runner(try SmallStudies.study(), in: scratch.path)
      .run(resuming: false) { _ in }
    #expect(
      results.runs.map(\.name) == ["lora-seed0", "lora-seed1", "pissa-seed0", "pissa-seed1"])
    for run in results.runs {
      #expect(run.curves["reward"]?.map(\.step) == [1, 2, 3, 4])
      #expect(run.curves["eval_accuracy"]?.map(\.step) == [0, 2, 4])
      #expect(run.curves["step_time"] == nil)
      #expect((run.curves["kl_step"] ?? []).allSatisfy { $0.value >= 0 })
      #expect(run.lastSummary?.step == 4)
      #expect((run.final("relative_update_norm") ?? 0) > 0)
      #expect(run.kinds.keys.contains("o_proj"))
      let energy = run.profile.reduce(0) { $0 + $1.updateEnergyRight }
      #expect(abs(energy - 1) < 1e-9)
    }
    #expect(try StudyFolder(path: scratch.path).results() == results)
  }

  @Test func `counterfactuals are asked where they have a meaning`() async throws {
    let scratch = try StudyScratch()
    let results = try await SmallStudies.runner(
      try SmallStudies.study(seeds: [0]), in: scratch.path
    ).run(resuming: false) { _ in }
    let lora = try #require(results.runs.first)
    let pissa = try #require(results.runs.last)
    #expect(lora.probes[ProbeName.accuracyWithoutResidual] == nil)
    #expect(pissa.probes[ProbeName.accuracyWithoutResidual] != nil)
    #expect(pissa.probes[ProbeName.accuracyWithOtherStart] != nil)
    for run in results.runs {
      #expect(run.probes[ProbeName.accuracyWithBaseSpectrum] != nil)
      #expect(run.probes[ProbeName.accuracyOfSpectrumAlone] != nil)
      for question in CounterfactualRegistry.all {
        let usual = ProbeName.atUsualTemperature(question.name)
        #expect((run.probes[question.name] == nil) == (run.probes[usual] == nil), "\(usual)")
      }
    }
  }

  @Test func `policies and reloads are examined at temperature .6 beside 1`() async throws {
    let scratch = try StudyScratch()
    let study = try SmallStudies.study(seeds: [0], rate: 1e-4, evaluationProblems: 64)
    let results = try await SmallStudies.runner(study, in: scratch.path)
      .run(resuming: false) { _ in }
    let (planned, run) = try (#require(study.runs.last), #require(results.runs.last))
    let (model, tokenizer) = try StudyBase(SmallStudies.base).decoder()
    let trainer = try planned.specification.trainer(on: model, tokenizer: tokenizer)
    for _ in 0..<planned.specification.options.steps { _ = try trainer.step() }
    let reloaded = try #require(try trainer.reloaded(as: WithBaseSpectrum.self))
    #expect(run.probes["accuracy_at_temperature_0.6"] == (try trainer.accuracy(at: 0.6)))
    let name = WithBaseSpectrum.name
    #expect(run.probes["\(name)_at_temperature_0.6"] == (try reloaded.accuracy(at: 0.6)))
    #expect(run.probes[name] == (try reloaded.accuracy(at: 1)))
    #expect(try trainer.accuracy(at: 0.6) != trainer.accuracy(at: 1))
  }

  @Test func `the numbers do not depend on how many runs train at once`() async throws {
    let scratch = try StudyScratch()
    let study = try SmallStudies.study()
    let one = try await SmallStudies.runner(study, in: "\(scratch.path)/one", jobs: 1)
      .run(resuming: false) { _ in }
    let three = try await SmallStudies.runner(study, in: "\(scratch.path)/three", jobs: 3)
      .run(resuming: false) { _ in }
    #expect(one == three)
  }

  @Test func `shards of a study train each run once, and together what one process trains`()
    async throws
  {
    let scratch = try StudyScratch()
    let study = try SmallStudies.study()
    let whole = try await SmallStudies.runner(study, in: "\(scratch.path)/whole")
      .run(resuming: false) { _ in }
    let sharded = SmallStudies.runner(study, in: "\(scratch.path)/sharded")
    var trained = [String]()
    for index in 0..<3 {
      let shard = try #require(Shard(index: index, of: 3))
      let (names, name) = AsyncStream.makeStream(of: String.self)
      _ = try await sharded.run(resuming: false, over: ShardDistribution(shard)) {
        name.yield($0.last.name)
      }
      name.finish()
      for await name in names { trained.append(name) }
    }
    #expect(trained.sorted() == study.runs.map(\.name).sorted())
    #expect(try sharded.open(resuming: true).isEmpty)
    #expect(try await sharded.run(resuming: true) { _ in } == whole)
  }

  @Test func `a stopped study goes on, and ends as one that was not`() async throws {
    let scratch = try StudyScratch()
    let study = try SmallStudies.study()
    let whole = try await SmallStudies.runner(study, in: "\(scratch.path)/whole")
      .run(resuming: false) { _ in }
    let stopped = SmallStudies.runner(study, in: "\(scratch.path)/stopped", jobs: 1)
    let (started, start) = AsyncStream.makeStream(of: Void.self)
    let handle = Mutex<Task<StudyResults, any Error>?>(nil)
    let task = Task {
      for await _ in started { break }
      return try await stopped.run(resuming: false) { _ in handle.withLock { $0?.cancel() } }
    }
    handle.withLock { $0 = task }
    start.yield()
    _ = try? await task.value
    // A killed study leaves such a folder for the run it was training.
    try FileManager.default.createDirectory(
      atPath: "\(scratch.path)/stopped/runs/pissa-seed1/checkpoint-0",
      withIntermediateDirectories: true)
    let left = try stopped.open(resuming: true).count
    #expect(left > 0 && left < 4)
    let trained = Mutex(0)
    let resumed = try await stopped.run(resuming: true) { _ in trained.withLock { $0 += 1 } }
    #expect(trained.withLock { $0 } == left)
    #expect(resumed == whole)
  }

  @Test func `a study that fails before its first run leaves no folder`() async throws {
    let scratch = try StudyScratch()
    let file = "\(scratch.path)/one.jsonl"
    try #"{"prompt": "1+1=", "answer": "2"}"#.write(
      toFile: file, atomically: true, encoding: .utf8)
    let small = try SmallStudies.study()
    let runs = try small.runs.map { run in
      var settings = run.specification.settings
      settings.task = "jsonl"
      settings.taskOption = ["file=\(file)"]
      return try PlannedRun(
        name: run.name, arm: run.arm, specification: try RunSpecification(settings))
    }
    let study = PlannedStudy(
      title: small.title, basePath: small.basePath, common: small.common,
      baseline: small.baseline, runs: runs)
    let folder = "\(scratch.path)/study"
    for _ in 0..<2 {
      await #expect(throws: TaskError.self) {
        try await SmallStudies.runner(study, in: folder).run(resuming: false) { _ in }
      }
      #expect(!FileManager.default.fileExists(atPath: folder))
    }
  }

  @Test func `a start that is probed has κ and the rate at which it dies, and is found again`()
    async throws
  {
    let scratch = try StudyScratch()
    let study = try SmallStudies.study(seeds: [0], steps: 6).probing("lora")
    let results = try await SmallStudies.runner(study, in: scratch.path)
      .run(resuming: false) { _ in }
    #expect(results.runs.map(\.name) == ["pissa-seed0"])
    let arm = try #require(results.probedArms.first)
    #expect(arm.arm == "lora" && arm.factors.learningRate == nil)
    #expect((arm.curvature ?? 0) > 0 && (arm.crossing ?? 0) > 0)
    #expect(try StudyFolder(path: scratch.path).results() == results)
    let again = SmallStudies.runner(study, in: scratch.path)
    #expect(try again.open(resuming: true).isEmpty)
    #expect(try await again.verify(share: 1).different == [])
    // A run at a rate is not what a probe of the same name found.
    let other = SmallStudies.runner(
      try SmallStudies.study(seeds: [0], steps: 6), in: scratch.path)
    #expect(throws: StudyError.self) { try other.open(resuming: true) }
  }

  @Test func `another seed extends a finished study`() async throws {
    let scratch = try StudyScratch()
    let first = try await SmallStudies.runner(
      try SmallStudies.study(seeds: [0]), in: scratch.path
    ).run(resuming: false) { _ in }
    let more = SmallStudies.runner(try SmallStudies.study(seeds: [0, 5]), in: scratch.path)
    #expect(try more.open(resuming: true).map(\.name) == ["lora-seed5", "pissa-seed5"])
    let results = try await more.run(resuming: true) { _ in }
    #expect(results.runs.filter { $0.seed == 0 } == first.runs)
    #expect(results.runs.count == 4)
  }

  @Test func `a study that is there is not started over`() async throws {
    let scratch = try StudyScratch()
    let runner = SmallStudies.runner(try SmallStudies.study(seeds: [0]), in: scratch.path)
    _ = try await runner.run(resuming: false) { _ in }
    await #expect(throws: StudyError.studyExists(path: scratch.path)) {
      try await runner.run(resuming: false) { _ in }
    }
  }

  @Test
  func
    `a run that was made with other settings or by another version is refused, and which is said`()
    async throws
  {
    let scratch = try StudyScratch()
    _ = try await SmallStudies.runner(try SmallStudies.study(seeds: [0]), in: scratch.path)
      .run(resuming: false) { _ in }
    let other = SmallStudies.runner(
      try SmallStudies.study(seeds: [0], rate: 1e-3), in: scratch.path)
    let path = "\(scratch.path)/runs/lora-seed0"
    #expect(throws: StudyError.madeOtherwise(path: path, with: "other settings")) {
      try other.open(resuming: true)
    }
    let newer = SmallStudies.runner(
      try SmallStudies.study(seeds: [0]), in: scratch.path, version: "0.0.1")
    let version = "version 0.0.0 (this is 0.0.1)"
    #expect(throws: StudyError.madeOtherwise(path: path, with: version)) {
      try newer.open(resuming: true)
    }
  }

  @Test
  func `runs of other kernels are put together only when that is asked, and the study says so`()
    async throws
  {
    let scratch = try StudyScratch()
    _ = try await SmallStudies.runner(try SmallStudies.study(seeds: [0]), in: scratch.path)
      .run(resuming: false) { _ in }
    let path = "\(scratch.path)/runs/lora-seed0"
    let file = URL(fileURLWithPath: "\(path)/result.json")
    let text = try String(contentsOf: file, encoding: .utf8)
    let here = TrainingKernels.name
    try Data(text.replacing(" \(here)\"", with: " Other+default\"").utf8).write(to: file)
    let study = try SmallStudies.study(seeds: [0, 1])
    let error = StudyError.otherKernels(path: path, before: "Other+default", here: here)
    #expect(throws: error) {
      try SmallStudies.runner(study, in: scratch.path).open(resuming: true)
    }
    let mixing = SmallStudies.runner(study, in: scratch.path, mixesKernels: true)
    let results = try await mixing.run(resuming: true) { _ in }
    #expect(results.runs.count == 4 && results.kernels == [here, "Other+default"].sorted())
    // A version that did not keep the kernels is taken as it is.
    try Data(text.replacing(" \(here)\"", with: "\"").utf8).write(to: file)
    #expect(try SmallStudies.runner(study, in: scratch.path).open(resuming: true).isEmpty)
  }

  @Test func `training again finds the same numbers, and a number that was changed`() async throws {
    let scratch = try StudyScratch()
    let runner = SmallStudies.runner(try SmallStudies.study(seeds: [0]), in: scratch.path)
    _ = try await runner.run(resuming: false) { _ in }
    let honest = try await runner.verify(share: 1)
    #expect(honest.checked == 2 && honest.different.isEmpty)
    let file = URL(fileURLWithPath: "\(scratch.path)/runs/pissa-seed0/result.json")
    let text = try String(contentsOf: file, encoding: .utf8)
    try text.replacing("\"trainedParameters\":", with: "\"trainedParameters\":1")
      .write(to: file, atomically: true, encoding: .utf8)
    #expect(try await runner.verify(share: 1).different == ["pissa-seed0"])
  }

  @Test(arguments: ["", "{", "[]", "{\"fingerprint\":\"\"}"])
  func `a result that cannot be read is told with its file`(text: String) async throws {
    let scratch = try StudyScratch()
    let runner = SmallStudies.runner(try SmallStudies.study(seeds: [0]), in: scratch.path)
    _ = try await runner.run(resuming: false) { _ in }
    let file = "\(scratch.path)/runs/lora-seed0/result.json"
    try text.write(toFile: file, atomically: true, encoding: .utf8)
    #expect(
      throws: StudyError.unreadable(path: file, reason: "it is not what this program writes")
    ) { try runner.open(resuming: true) }
  }

  @Test func `a run that blows up is a result`() async throws {
    let scratch = try StudyScratch()
    let results = try await SmallStudies.runner(
      try SmallStudies.study(seeds: [0], rate: 1e30), in: scratch.path
    ).run(resuming: false) { _ in }
    #expect(results.runs.allSatisfy { $0.failure != nil && $0.isCollapsed && $0.finalScore == 0 })
  }
}
