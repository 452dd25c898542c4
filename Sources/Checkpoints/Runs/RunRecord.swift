import Documents

/// The `run.json` of a run that this program trained.
struct RunRecord: Sendable, Equatable {
  static let fileName = "run.json"

  var base: String?
  var baseHash: String?
  var method: String?
  var settings = RecordedSettings()

  /// A record that says nothing.
  init() {}

  /// Reads the record of a run folder; the record is empty if there is no file.
  init(folder: String) throws(CheckpointError) {
    let file = FileSystem.join(folder, Self.fileName)
    guard FileSystem.isFile(file) else { return }
    let document = try JSONValue(file: file)
    base = document["base"]?.string
    baseHash = document["base_hash"]?.string
    method = document["method"]?.string
    settings.configuration = document["program"]?.string
    settings.objective = document["objective"]?.string
    settings.seed = document["seed"]?.integer
    settings.learningRate = document["learning_rate"]?.double.flatMap(Self.notNegative)
    settings.trainedParameters = document["trained_parameters"]?.integer
    let details = document["settings"]
    settings.divergenceWeight = details?["kl"]?.double.flatMap(Self.notNegative)
    settings.batchSize = details?["prompts"]?.integer
    settings.schedule = details?["schedule"]?.string
    settings.warmup = details?["warmup"]?.integer
    settings.clipNorm = details?["clip-norm"]?.double.flatMap(Self.notNegative)
    settings.start = details?["start"]?.string
    settings.rank = details?["rank"]?.integer.flatMap { $0 > 0 ? $0 : nil }
    settings.alpha = details?["alpha"]?.double.flatMap { $0.isFinite ? $0 : nil }
  }

  /// This record, and of what it does not say what another says.
  func filled(from other: RunRecord) -> RunRecord {
    var record = self
    record.base = base ?? other.base
    record.baseHash = baseHash ?? other.baseHash
    record.method = method ?? other.method
    record.settings = settings.filled(from: other.settings)
    return record
  }

  private static func notNegative(_ value: Double) -> Double? {
    value.isFinite && value >= 0 ? value : nil
  }
}
