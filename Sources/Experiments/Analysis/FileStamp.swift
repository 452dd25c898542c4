import Checkpoints
import Foundation

/// A text that changes when the names, sizes or modification times of files change.
enum FileStamp {
  /// The stamp of the `.safetensors` and `.json` files in a folder, or of a single such file.
  static func of(_ path: String) -> String {
    let keys: [URLResourceKey] = [.fileSizeKey, .contentModificationDateKey]
    let url = URL(fileURLWithPath: path).resolvingSymlinksInPath()
    let files =
      (try? FileManager.default.contentsOfDirectory(at: url, includingPropertiesForKeys: keys))
      ?? [url]
    let texts = files.filter { $0.pathExtension == "safetensors" || $0.pathExtension == "json" }
      .sorted { $0.lastPathComponent < $1.lastPathComponent }
      .map { file in
        let target = file.resolvingSymlinksInPath()
        let values = try? target.resourceValues(forKeys: Set(keys))
        let time = values?.contentModificationDate?.timeIntervalSince1970 ?? 0
        return "\(file.lastPathComponent) \(values?.fileSize ?? 0) \(time)"
      }
    return String(ContentHash(of: texts).hexadecimal.prefix(16))
  }
}

extension Checkpoint {
  /// Changes when the checkpoint's files do.
  var stamp: String { FileStamp.of(path) }
}
