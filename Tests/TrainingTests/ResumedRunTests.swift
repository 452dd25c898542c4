import Adapters
import Foundation
import Testing
import Training

@Suite("Resumed runs") struct ResumedRunTests {
  /// Four steps with checkpoints at 0, 2 and 4: few, because each waits for the disk.
  static func kind(_ name: String, _ change: (inout RunKind) -> Void = { _ in }) -> RunKind {
    RunKind(name) {
      $0.options = TinyRuns.options(steps: 4)
      $0.options.saveSteps = []
      change(&$0)
    }
  }

  static let kinds: [RunKind] = [
    kind("lora"), kind("pissa"), kind("dora"), kind("full"), kind("lora-ga"),
    kind("vera"), kind("lora-xs"),
    kind("tinylora with one vector for all modules") {
      $0.key = "tinylora"
      $0.adapter.vectorSize = 3
      $0.adapter.weightTying = 1
    },
    kind("lora-dash that chooses its directions before the stop") {
      $0.key = "lora-dash"; $0.adapter.preLaunchSteps = 1
    },
    kind("lora-dash that chooses them after it") {
      $0.key = "lora-dash"; $0.adapter.preLaunchSteps = 3
    },
    kind("adalora with a budget") {
      $0.key = "adalora"
      $0.adapter.rank = 3
      $0.adapter.budget = try? AdaLoRASchedule(targetRank: 1, finalSteps: 1, totalSteps: 4)
    },
    kind("lora with dropout") {
      $0.key = "lora"
      $0.adapter.dropout = 0.3
    },
    kind("lora that samples with dropout") {
      $0.key = "lora"
      $0.adapter.dropout = 0.3
      $0.options.samplesWithDropout = true
    },
    kind("lora in mini-batches") {
      $0.key = "lora"
      $0.options.miniBatches = 2
      $0.options.updatesPerRollout = 2
    },
    kind("lora with dynamic sampling") {
      $0.key = "lora"
      $0.options.dynamicSamplingTries = 3
    },
    kind("full by demonstrations with Muon") {
      $0.key = "full"
      $0.options.signal = .demonstrations
      $0.options.optimizer = .muon(momentum: 0.9, decay: 0.1)
    },
    kind("full by rewards with GASD") {
      $0.key = "full"
      $0.options.optimizer = .gasd(momentum: 0.9, decay: 0.1)
    },
    kind("full by rewards with SGD") {
      $0.key = "full"
      $0.options.optimizer = .sgd(momentum: 0.9, decay: 0)
    },
    kind("lora that records its rollouts") {
      $0.key = "lora"
      $0.options.recordsRollouts = true
    },
    kind("pissa with merges in bfloat16") {
      $0.key = "pissa"
      $0.stack.mergeCycle = .bfloat16
    },
    kind("lora with merges in float32, a base in bfloat16 and old probabilities read again") {
      $0.key = "lora"
      $0.adapter.dropout = 0.3
      $0.stack.mergeCycle = .float32
      $0.stack.storage = .baseBFloat16
      $0.options.recomputesRatio = true
    },
    kind("milora in bfloat16") {
      $0.key = "milora"
      $0.stack.storage = .bfloat16
    },
    kind("lora with noisy rollouts") {
      $0.key = "lora"
      $0.options.rolloutNoise = 0.3
    },
    kind("lora with stale rollouts") {
      $0.key = "lora"
      $0.options.hasStaleRollouts = true
    },
    kind("full with a mask") {
      $0.key = "full"
      $0.stack.gradientMask = .smallOrComplement
      $0.options.optimizer = .adamW(AdamWOptions(decay: 0.1))
    },
    kind("lora by PPO with four heads and both bonuses") {
      $0.key = "lora"
      $0.options.signal = .rewards(objective: PPO.name, ObjectiveOptions(criticCuriosity: 0.5))
      $0.options.critic.heads = 4
      $0.options.curiosity = Curiosity(weight: 1, schedule: .cosine)
      $0.options.miniBatches = 2
      $0.options.updatesPerRollout = 2
    },
    kind("lora with SGD and a schedule") {
      $0.key = "lora"
      $0.options.optimizer = .sgd(momentum: 0.9, decay: 0.1)
      $0.options.schedule = .cosine(warmup: 2, steps: 4, floor: 0.1)
    },
  ]

  /// Expects that both folders hold the same run.
  static func expectSame(_ path: String, _ other: String) throws {
    #expect(try RunFolder.names(path) == RunFolder.names(other))
    for checkpoint in try RunRecorder.checkpoints(in: other) {
      let folder = "checkpoint-\(checkpoint)"
      let names = try RunFolder.names("\(other)/\(folder)")
      #expect(try RunFolder.names("\(path)/\(folder)") == names)
      let state = "\(folder)/trainer_state.json"
      #expect(
        try linesWithoutTimes(RunFolder.text("\(path)/\(state)"))
          == linesWithoutTimes(RunFolder.text("\(other)/\(state)")))
      for name in names where name != "trainer_state.json" {
        let file = "\(folder)/\(name)"
        #expect(
          try RunFolder.bytes("\(path)/\(file)") == RunFolder.bytes("\(other)/\(file)"),
          "\(file)")
      }
    }
    let log = try linesWithoutTimes(RunFolder.text("\(other)/metrics.jsonl"))
    #expect(log.count == 5)
    #expect(try linesWithoutTimes(RunFolder.text("\(path)/metrics.jsonl")) == log)
    for name in try RunFolder.names(other) where ["run.json", "rollouts.jsonl"].contains(name) {
      #expect(
        try RunFolder.bytes("\(path)/\(name)") == RunFolder.bytes("\(other)/\(name)"), "\(name)")
    }
  }

  @Test(arguments: kinds)
  func `a run that was stopped with or without a checkpoint ends as one that never was`(
    kind: RunKind
  ) throws {
    let folder = try RunFolder()
    let whole = "\(folder.path)/whole"
    try kind.train(whole)
    for step in 1...3 {
      let path = "\(folder.path)/stopped-\(step)"
      try kind.train(path, stoppingAfter: step)
      try kind.train(path, resuming: true)
      try Self.expectSame(path, whole)
    }
  }

  @Test func `a run that was stopped after every step ends as one that never was`() throws {
    let folder = try RunFolder()
    var kind = Self.kind("dora")
    kind.options.saveEvery = 1
    try kind.train("\(folder.path)/whole")
    for step in 0...3 {
      try kind.train("\(folder.path)/stopped", stoppingAfter: step, resuming: true)
    }
    try kind.train("\(folder.path)/stopped", resuming: true)
    try Self.expectSame("\(folder.path)/stopped", "\(folder.path)/whole")
  }

  @Test func `a run goes on with another number of threads`() throws {
    let folder = try RunFolder()
    var kind = Self.kind("lora")
    try kind.train("\(folder.path)/whole")
    try kind.train("\(folder.path)/stopped", stoppingAfter: 3)
    kind.options.threads = 2
    try kind.train("\(folder.path)/stopped", resuming: true)
    try Self.expectSame("\(folder.path)/stopped", "\(folder.path)/whole")
  }

  @Test func `a finished run that goes on changes nothing`() throws {
    let folder = try RunFolder()
    let kind = Self.kind("lora")
    for path in ["whole", "again"] { try kind.train("\(folder.path)/\(path)") }
    try kind.train("\(folder.path)/again", resuming: true)
    try Self.expectSame("\(folder.path)/again", "\(folder.path)/whole")
  }

  @Test func `a half-written checkpoint is ignored and replaced`() throws {
    let folder = try RunFolder()
    let kind = Self.kind("lora")
    try kind.train("\(folder.path)/whole")
    let path = "\(folder.path)/killed"
    try kind.train(path, stoppingAfter: 2)
    let half = "\(path)/.checkpoint-4.0badcafe.tmp"
    try FileManager.default.createDirectory(
      atPath: half, withIntermediateDirectories: true)
    for name in ["adapter_model.safetensors", "training_state.safetensors", "left-over"] {
      try Data("half".utf8).write(to: URL(fileURLWithPath: "\(half)/\(name)"))
    }
    #expect(try RunRecorder.checkpoints(in: path) == [0, 2])
    try kind.train(path, resuming: true)
    try Self.expectSame(path, "\(folder.path)/whole")
  }

  @Test(arguments: ["{\"step\": 3, \"loss\": 0.", "{", "\u{0}\u{0}", "\n"])
  func `a log whose last line was cut is repaired`(rest: String) throws {
    let folder = try RunFolder()
    let kind = Self.kind("lora")
    try kind.train("\(folder.path)/whole")
    let path = "\(folder.path)/killed"
    try kind.train(path, stoppingAfter: 2)
    let log = URL(fileURLWithPath: "\(path)/metrics.jsonl")
    try (Data(contentsOf: log) + Data(rest.utf8)).write(to: log)
    try kind.train(path, resuming: true)
    try Self.expectSame(path, "\(folder.path)/whole")
  }

  @Test func `a damaged line before the last of a log is told, and nothing is lost`() throws {
    let folder = try RunFolder()
    let kind = Self.kind("lora")
    let path = "\(folder.path)/killed"
    try kind.train(path, stoppingAfter: 2)
    let log = URL(fileURLWithPath: "\(path)/metrics.jsonl")
    let damaged = try Data("{\"step\": 0, \"los\n".utf8) + Data(contentsOf: log)
    try damaged.write(to: log)
    #expect(
      throws: TrainingError.cannotResume(
        path: log.path,
        reason: "line 1 is damaged: mend or remove it, or train anew with another --out")
    ) { try kind.train(path, resuming: true) }
    #expect(try Data(contentsOf: log) == damaged)
  }

  @Test func `a run without a checkpoint starts anew`() throws {
    let folder = try RunFolder()
    let kind = Self.kind("lora")
    try kind.train("\(folder.path)/whole")
    let path = "\(folder.path)/killed"
    _ = try kind.open(path)
    try kind.train(path, resuming: true)
    try Self.expectSame(path, "\(folder.path)/whole")
  }

  @Test func `resuming where nothing is starts a run`() throws {
    let folder = try RunFolder()
    let kind = Self.kind("lora")
    try kind.train("\(folder.path)/whole")
    try kind.train("\(folder.path)/new", resuming: true)
    try Self.expectSame("\(folder.path)/new", "\(folder.path)/whole")
  }

  @Test func `a state of another shape is refused`() throws {
    let folder = try RunFolder()
    let kind = Self.kind("lora")
    try kind.train("\(folder.path)/small", stoppingAfter: 2)
    var large = kind
    large.adapter.rank = 4
    try large.train("\(folder.path)/large", stoppingAfter: 2)
    let place = "checkpoint-2/training_state.safetensors"
    try FileManager.default.removeItem(atPath: "\(folder.path)/small/\(place)")
    try FileManager.default.copyItem(
      atPath: "\(folder.path)/large/\(place)", toPath: "\(folder.path)/small/\(place)")
    #expect(throws: TrainingError.self) { try kind.open("\(folder.path)/small", resuming: true) }
  }
}
