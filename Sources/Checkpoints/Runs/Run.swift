/// A fine-tuning run: its checkpoints and what it logged.
public struct Run: Sendable, Equatable {
  /// The last component of the path, or as many as tell the run from others.
  public private(set) var name: String
  public let path: String
  /// By step, ascending; at least one.
  public internal(set) var checkpoints: [Checkpoint]
  /// By step, ascending; empty if nothing was logged.
  public internal(set) var history: [HistoryRow]
  /// The steps of all checkpoints that are known to have been saved, ascending. Of a checkpoint that was given alone, its own
  /// and those that its run saved before it; empty if its run is not known.
  package internal(set) var savedSteps: [Int]
  /// The earliest checkpoint that is known: of one that was given alone, that of its run's folder. Training moves an adapter
  /// away from its start, so this one shows best which base it began with.
  package internal(set) var firstCheckpoint: Checkpoint?
  /// The base model as the files name it: a path, which may no longer exist, or a name on the hub.
  public let baseName: String?
  /// The hash of the base that `run.json` holds: of its weights, configuration and tokenizer, as
  /// ``ModelFolder/contentHash(with:)`` makes it.
  package internal(set) var baseHash: String?
  /// The seed in `run.json` or `training_args.bin`.
  public var seed: Int? { settings.seed }
  /// The method as `run.json` names it.
  public let method: String?
  /// How it was trained, as far as its files say.
  public let settings: RecordedSettings
  /// What was left out and why.
  public internal(set) var notes: [String]

  public init(
    name: String, path: String, checkpoints: [Checkpoint], history: [HistoryRow] = [],
    baseName: String? = nil, method: String? = nil, settings: RecordedSettings = RecordedSettings(),
    notes: [String] = []
  ) {
    self.name = name
    self.path = path
    self.checkpoints = checkpoints
    self.history = history
    savedSteps = checkpoints.map(\.step)
    firstCheckpoint = checkpoints.first
    self.baseName = baseName
    self.method = method
    self.settings = settings
    self.notes = notes
  }

  func adding(notes more: [String]) -> Run {
    var run = self
    run.notes += more
    return run
  }

  func named(_ name: String) -> Run {
    var run = self
    run.name = name
    return run
  }
}
