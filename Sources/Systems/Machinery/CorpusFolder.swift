import Documents
import Experiments
import Foundation

/// The texts of a folder that a system retrieves from: its files `*.txt`, `*.rst` and `*.md`, also in folders below.
package struct CorpusFolder: Sendable {
  package let path: String
  /// The files' texts, in the order of their names. What is not UTF-8 is replaced.
  package let texts: [String]
  /// Of names and texts, hexadecimal.
  package let hash: String

  private static let endings = [".txt", ".rst", ".md"]
  /// More would not be a small corpus, and is held in memory several times.
  private static let most = 64 << 20

  /// - Throws: ``SystemError/noCorpus(path:)``, ``SystemError/noTexts(path:endings:)`` if there is no such file,
  ///   ``SystemError/corpusTooLarge(path:most:)``, `TextFile.Fault` if a file cannot be read.
  package init(path: String) throws {
    self.path = path
    // A link would be listed, not what is behind it.
    let root = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    guard try PathStatus.exists(root), let enumerator = FileManager.default.enumerator(atPath: root)
    else { throw SystemError.noCorpus(path: path) }
    let names = enumerator.compactMap { $0 as? String }.filter { name in
      Self.endings.contains { name.hasSuffix($0) }
    }.sorted()
    guard !names.isEmpty else { throw SystemError.noTexts(path: path, endings: Self.endings) }
    var (texts, size) = ([String](), 0)
    for name in names {
      let bytes = try TextFile.bytes(of: "\(root)/\(name)")
      size += bytes.count
      guard size <= Self.most else {
        throw SystemError.corpusTooLarge(path: path, most: Self.most)
      }
      texts.append(String(decoding: bytes, as: UTF8.self))
    }
    self.texts = texts
    hash = ContentHash(of: names + texts).hexadecimal
  }
}
