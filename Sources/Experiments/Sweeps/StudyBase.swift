import Checkpoints

/// The base of a study. It is opened once: what is trained on is what the hash is of.
struct StudyBase: Sendable {
  let path: String
  let folder: ModelFolder
  let texts: ModelTexts
  let hash: String

  /// - Throws: What reading throws.
  init(_ path: String) throws {
    self.path = path
    texts = try ModelTexts(folder: path)
    folder = try ModelFolder(path: path, texts: texts)
    hash = try folder.contentHash(with: texts)
  }
}
