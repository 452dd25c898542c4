import Adapters
import Checkpoints
import Documents
import Foundation
import Testing
import Training

/// A folder of one test, removed with the last reference to it: hence a class.
final class RunFolder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "sigmascope-run-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The names in a folder, hidden ones too, sorted.
  static func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  static func bytes(_ file: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: file))
  }

  static func text(_ file: String) throws -> String {
    String(decoding: try bytes(file), as: UTF8.self)
  }
}

/// A kind of run that is stopped and resumed.
struct RunKind: Sendable, CustomTestStringConvertible {
  let name: String
  var adapter = AdapterOptions(rank: 2, alpha: 4)
  var options = TinyRuns.options(steps: 5)
  var stack = StackOptions()
  var key = ""
  var baseHash = "00ff"

  var testDescription: String { name }

  init(_ name: String, _ change: (inout RunKind) -> Void = { _ in }) {
    self.name = name
    key = name
    change(&self)
  }

  /// Starts or resumes the run.
  func open(
    _ path: String, resuming: Bool = false, mixingKernels: Bool = false
  ) throws -> TrainingRun<Float> {
    let trainer = try TinyRuns.trainer(key, adapter, options, stack: stack)
    var settings = TrainingSettings.default
    settings.task = SortTask.name
    settings.rank = adapter.rank
    settings.learningRate = options.learningRate
    return try TrainingRun(
      trainer, path: path,
      description: RunDescription(
        basePath: "bases/tiny", baseHash: baseHash, settings: settings, version: "0.0.0"),
      resuming: resuming, mixingKernels: mixingKernels)
  }

  /// Trains until this many steps were taken in total, as if the user stopped the run then.
  func train(_ path: String, stoppingAfter step: Int? = nil, resuming: Bool = false) throws {
    var run = try open(path, resuming: resuming)
    let trainer = run.trainer
    do {
      try run.run(isCancelled: { trainer.stepCount == step })
    } catch is CancellationError {}
  }
}

/// The lines of a log without the times.
func linesWithoutTimes(_ text: String) -> [String] {
  text.split(separator: "\n").map { line in
    String(line).replacing(/"step_time": ?[-+.0-9e]+/, with: "")
  }
}
