import Documents

/// The `run.json` of a run that this program trained.
struct RunRecord: Sendable, Equatable {
  static let fileName = "run.json"

  var base: String?
  var method: String?
  var settings = RecordedSettings()

  /// Reads the record of a run folder; the record is empty if there is no file.
  init(folder: String) throws(CheckpointError) {
    let file = FileSystem.join(folder, Self.fileName)
    guard FileSystem.isFile(file) else { return }
    let document = try JSONValue(file: file)
    base = document["base"]?.string
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
  }

  private static func notNegative(_ value: Double) -> Double? {
    value.isFinite && value >= 0 ? value : nil
  }
}
