import Checkpoints
import Diagnosis
import Spectra
package import Training

/// The base of a study. It is opened once: what is trained on is what the hash is of.
package struct StudyBase: Sendable {
  package let path: String
  let folder: ModelFolder
  let texts: ModelTexts
  /// Of weights, configuration and tokenizer, hexadecimal.
  package let hash: String

  /// - Throws: What reading throws.
  package init(_ path: String) throws {
    self.path = path
    texts = try ModelTexts(folder: path)
    folder = try ModelFolder(path: path, texts: texts)
    hash = try folder.contentHash(with: texts)
  }

  /// K as it is used for the matrices of its layers.
  func principalCount(_ asked: Int) -> PrincipalCount {
    PrincipalCount(
      asked: asked,
      of: folder.parameters.lazy.filter {
        $0.name.contains(".layers.") && $0.rows > 1 && $0.columns > 1
      }.map { OrientedShape(rows: $0.rows, columns: $0.columns) })
  }

  /// A copy of the decoder for a worker, with its tokenizer.
  /// - Throws: What reading throws.
  package func decoder() throws -> (model: DecoderModel<Float>, tokenizer: any Tokenizer) {
    (try DecoderModel(reading: folder), try TokenizerReader.tokenizer(texts))
  }
}
