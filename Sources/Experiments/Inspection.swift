import Adapters
public import Checkpoints
import Updates

/// What is at a path, found out from headers and adapters' small tensors: nothing large is read.
public struct Inspection: Codable, Sendable {
  /// A tensor as its header describes it.
  public struct TensorLine: Codable, Sendable {
    public let name: String
    public let dataType: String
    public let shape: [Int]
    public let bytes: Int
  }

  /// The settings of one adapted module, as they were resolved from the configuration's patterns.
  public struct ModuleLine: Codable, Sendable {
    public let module: String
    public let method: String
    public let rank: Int?
    public let alpha: Double?
    public let scale: Double?
    public let rows: Int
    public let columns: Int
  }

  public let name: String
  public let path: String
  /// `adapter` or `model`.
  public let contents: String
  /// The method of an adapter: `lora`, `pissa`, …; `full` for whole weights.
  public let method: String
  /// The base as the files name it, and where it was found.
  public let baseName: String?
  public let basePath: String?
  public let seed: Int?
  /// The steps of the checkpoints; the rest is about the last one.
  public let steps: [Int]
  /// How many rows the trainer logged, and the last reward that is a number.
  public let loggedRows: Int
  public let lastReward: Double?
  public let modules: [ModuleLine]
  public let tensors: [TensorLine]
  /// What a user of the checkpoint should know, one line each.
  public let findings: [String]
  /// The same, of those that bite.
  public let warnings: [String]

  /// Inspects the last checkpoint of a run.
  /// - Parameters:
  ///   - run: One of those discovered.
  ///   - given: Where the base is, if not where the run says.
  ///   - alpha: The α of an adapter whose configuration has lost it.
  /// - Throws: What is wrong with the checkpoint. A base that is not here is a finding.
  public init(of run: Run, base given: String?, alpha: Double?) throws {
    let checkpoint = run.checkpoints[run.checkpoints.count - 1]
    var notes = run.notes
    var bases = BaseLocator(given: given)
    let model: ModelFolder?
    do {
      model = try bases.base(of: run)
    } catch let error as ExperimentError where given == nil {
      model = nil
      notes.append("\(error)")
    }
    let store: TensorStore
    switch checkpoint.contents {
    case .adapter: store = try AdapterFolder(path: checkpoint.path).weights
    case .model: store = try ModelFolder(path: checkpoint.path).weights
    }
    name = run.name
    path = run.path
    contents = checkpoint.contents.rawValue
    baseName = run.baseName
    basePath = model?.path
    seed = run.seed
    steps = run.checkpoints.map(\.step)
    loggedRows = run.history.count
    lastReward = run.history.compactMap(\.reward).last(where: \.isFinite)
    tensors = store.tensors.map {
      TensorLine(
        name: $0.name, dataType: $0.dataType.rawValue, shape: $0.shape, bytes: $0.byteCount)
    }
    if checkpoint.contents == .model, model == nil {
      method = run.method ?? "full"
      modules = []
      findings = notes
      warnings = run.notes
      return
    }
    let updates = try ExperimentError.naming(checkpoint.path) {
      try CheckpointUpdates(of: checkpoint, in: run, base: model, alpha: alpha)
    }
    method = run.method ?? updates.method
    modules = updates.modules.map { update in
      ModuleLine(
        module: update.module, method: update.resolved?.method ?? "full",
        rank: update.resolved?.rank, alpha: update.resolved?.alpha,
        scale: update.resolved?.scale, rows: update.rows, columns: update.columns)
    }
    findings = notes + updates.findings.map(\.description)
    warnings =
      run.notes + updates.findings.filter { $0.severity == .warning }.map(\.description)
  }
}
