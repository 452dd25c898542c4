import Checkpoints
import Foundation

/// A text that changes when the names, sizes or contents of files change.
///
/// It knows neither dates nor the place of the files, so that copies on other machines have the stamp of the original.
package enum FileStamp {
  /// One stamp for several folders or files.
  package static func all(of paths: [String]) -> String {
    ContentHash(of: paths.map(of)).hexadecimal
  }

  /// The stamp of the weights and settings in a folder, or of a file and what is read with it.
  static func of(_ path: String) -> String {
    let hash = ContentHasher()
    for file in files(of: path).sorted(by: { $0.lastPathComponent < $1.lastPathComponent }) {
      hash.update(text: file.lastPathComponent)
      add(file, to: hash)
    }
    return String(hash.digest().prefix(16))
  }

  private static func files(of path: String) -> [URL] {
    let url = URL(fileURLWithPath: path)
    let folder = url.resolvingSymlinksInPath()
    // Foundation's form of this for a URL gives an empty list for a file, and no error.
    if let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path) {
      return names.filter(isOfModel).map { folder.appendingPathComponent($0) }
    }
    // A file of settings is no model.
    if path.hasSuffix(".json"), !path.hasSuffix(".index.json") { return [url] }
    do {
      return try GivenFile.paths(readWith: path).map { URL(fileURLWithPath: $0) }
    } catch {
      // Whoever reads these weights is told what is wrong with them.
      return [url]
    }
  }

  /// Files up to this size (256 MB) are read whole: adapters, which planning reads anyway.
  private static let wholeLimit: UInt64 = 1 << 28
  /// Of larger files, this many blocks at equal distances are read.
  private static let blocks: UInt64 = 64
  private static let block: UInt64 = 1 << 16

  /// Whether a file of this name says what a model is, and not how its training goes on.
  private static func isOfModel(_ name: String) -> Bool {
    let states = ["optimizer", "scheduler", "rng_state", "scaler", "training_args"]
    return endings.contains { name.hasSuffix($0) } && !states.contains { name.hasPrefix($0) }
  }

  private static let endings = [
    ".json", ".safetensors", ".bin", ".pt", ".pth", ".ckpt", ".gguf", ".npz",
  ]

  private static func add(_ file: URL, to hash: ContentHasher) {
    let file = file.resolvingSymlinksInPath()
    // Opening a pipe would wait for a writer.
    guard (try? file.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true,
      let handle = try? FileHandle(forReadingFrom: file),
      let size = try? handle.seekToEnd()
    else { return hash.update(text: "absent") }
    hash.update(text: "\(size)")
    let isWhole = size <= wholeLimit
    let count = isWhole ? (size + wholeBlock - 1) / wholeBlock : blocks
    for index in 0..<count {
      let start = isWhole ? index * wholeBlock : index * ((size - block) / (blocks - 1))
      try? handle.seek(toOffset: start)
      let data = try? handle.read(upToCount: Int(isWhole ? wholeBlock : block))
      hash.update([UInt8](data ?? Data()))
    }
    try? handle.close()
  }

  /// Files that are read whole are read in blocks of this size.
  private static let wholeBlock: UInt64 = 1 << 22
}

extension Checkpoint {
  /// Changes when the checkpoint's files do.
  var stamp: String { FileStamp.of(path) }
}
