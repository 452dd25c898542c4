import Documents

/// The `run.json` of a run that this program trained.
struct RunRecord: Sendable, Equatable {
  static let fileName = "run.json"

  var seed: Int?
  var base: String?
  var method: String?

  init() {}

  /// Reads the record of a run folder; the record is empty if there is no file.
  init(folder: String) throws(CheckpointError) {
    let file = FileSystem.join(folder, Self.fileName)
    guard FileSystem.isFile(file) else { return }
    let document = try JSONValue(file: file)
    seed = document["seed"]?.integer
    base = document["base"]?.string
    method = document["method"]?.string
  }
}
