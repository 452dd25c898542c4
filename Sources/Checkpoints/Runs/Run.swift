/// A fine-tuning run: its checkpoints and what it logged.
public struct Run: Sendable, Equatable {
  /// The last component of the path, or as many as tell the run from others.
  public let name: String
  public let path: String
  /// By step, ascending; at least one.
  public let checkpoints: [Checkpoint]
  /// By step, ascending; empty if nothing was logged.
  public let history: [HistoryRow]
  /// The base model as the files name it: a path, which may no longer exist, or a name on the hub.
  public let baseName: String?
  /// The seed in `run.json` or `training_args.bin`.
  public var seed: Int? { settings.seed }
  /// The method as `run.json` names it.
  public let method: String?
  /// How it was trained, as far as its files say.
  public let settings: RecordedSettings
  /// What was left out and why.
  public let notes: [String]

  public init(
    name: String, path: String, checkpoints: [Checkpoint], history: [HistoryRow] = [],
    baseName: String? = nil, method: String? = nil, settings: RecordedSettings = RecordedSettings(),
    notes: [String] = []
  ) {
    self.name = name
    self.path = path
    self.checkpoints = checkpoints
    self.history = history
    self.baseName = baseName
    self.method = method
    self.settings = settings
    self.notes = notes
  }

  func adding(notes more: [String]) -> Run {
    Run(
      name: name, path: path, checkpoints: checkpoints, history: history, baseName: baseName,
      method: method, settings: settings, notes: notes + more)
  }

  func named(_ name: String) -> Run {
    Run(
      name: name, path: path, checkpoints: checkpoints, history: history, baseName: baseName,
      method: method, settings: settings, notes: notes)
  }
}
